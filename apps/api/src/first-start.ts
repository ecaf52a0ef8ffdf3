/** What an empty weir.db needs before anybody can use it: settings and a way in. Later starts change nothing. */
import { getServers } from 'node:dns'
import { MIN_PASSWORD_CHARACTERS } from '@weir/shared/contract/auth'
import { defaultSettings } from '@weir/shared/contract/settings'
import type { Database } from '@weir/shared/db/open-database'
import { parseUpstreamAddress } from '@weir/shared/dns/upstream-address'
import { fail, ok, type Result } from '@weir/shared/result'
import { type ConfigStore, SYSTEM_AUTHOR } from './config-store.ts'
import type { PasswordHasher } from './identity/password.ts'
import { digestOf, normaliseCode, randomCode } from './identity/secrets.ts'
import type { SettingsSection, SettingsStore } from './settings-store.ts'

export interface FirstStart {
  /** WEIR_UPSTREAMS. */
  readonly upstreams: readonly string[] | undefined
  /** WEIR_ADMIN_PASSWORD. */
  readonly adminPassword: string | undefined
  readonly nowMs: number
}

/** Seeds the settings where there are none. */
export function seedSettings(config: ConfigStore, settings: SettingsStore, upstreams: FirstStart['upstreams']): void {
  config.transaction(SYSTEM_AUTHOR, (transaction) => {
    if (settings.current.revision > 0) return
    const document = defaultSettings([...(upstreams ?? systemResolvers())])
    for (const section of Object.keys(document) as SettingsSection[])
      settings.write(section, document[section], transaction.revision)
    transaction.record({
      entity: 'settings',
      entityId: 'all',
      operation: 'create',
      summary: 'settings of a first start',
      after: document,
    })
  })
  settings.forget()
}

/** The machine's own resolvers, as far as they can be asked. Never empty: resolv.conf's default is this host. */
function systemResolvers(): string[] {
  const usable = getServers().filter((server) => parseUpstreamAddress(server).ok)
  return usable.length > 0 ? usable : ['127.0.0.1']
}

/**
 * Creates the user `admin` from WEIR_ADMIN_PASSWORD, or makes a set-up code while nobody can sign in. A code is new on
 * every start: only its digest is stored, and the terminal must show one that works.
 * @returns the code to print; undefined when there is a user
 */
export async function prepareAdministrator(
  database: Database,
  config: ConfigStore,
  hasher: PasswordHasher,
  { adminPassword, nowMs }: FirstStart,
): Promise<Result<string | undefined, string>> {
  if (database.prepare('SELECT 1 FROM user LIMIT 1').get() !== undefined) return ok(undefined)
  if (adminPassword === undefined) return ok(newSetUpCode(database, nowMs))
  if (adminPassword.length < MIN_PASSWORD_CHARACTERS)
    return fail(`WEIR_ADMIN_PASSWORD: needs at least ${MIN_PASSWORD_CHARACTERS} characters`)
  const passwordHash = await hasher.hash(adminPassword)
  config.transaction(SYSTEM_AUTHOR, (transaction) => {
    const { lastInsertRowid } = database
      .prepare(`INSERT INTO user (name, password_hash, role, created_at) VALUES ('admin', ?, 'admin', ?)`)
      .run(passwordHash, nowMs)
    database.prepare('DELETE FROM set_up').run()
    transaction.record({
      entity: 'user',
      entityId: Number(lastInsertRowid),
      operation: 'create',
      summary: 'user admin from WEIR_ADMIN_PASSWORD',
      after: { name: 'admin', role: 'admin' },
    })
  })
  return ok(undefined)
}

function newSetUpCode(database: Database, nowMs: number): string {
  const code = randomCode()
  database
    .prepare('INSERT OR REPLACE INTO set_up (id, code_digest, created_at) VALUES (1, ?, ?)')
    .run(digestOf(normaliseCode(code)), nowMs)
  return code
}
