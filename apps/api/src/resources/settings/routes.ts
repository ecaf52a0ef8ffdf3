/** `GET` and `PATCH /api/v1/settings`: one document, changed by sections; honours If-Match. */
import { type Settings, SettingsPatch, SettingsSaved, SettingsState } from '@weir/shared/contract/settings'
import { type Database, tuneWriter, tuningOf } from '@weir/shared/db/open-database'
import { actorOf } from '../../actor.ts'
import type { ApiServer } from '../../api-server.ts'
import { awaitApplied } from '../../applied.ts'
import type { ChangeAuthor, ConfigTransaction } from '../../config-store.ts'
import type { AppDeps } from '../../deps.ts'
import { checkIfMatch, setEtag } from '../../etag.ts'
import { NamesOfIds, type PolicySections } from '../../policy.ts'
import { invalidField, ProblemError } from '../../problem-error.ts'
import type { SettingsSection, SettingsStore } from '../../settings-store.ts'
import type { Restorer, Restorers } from '../../undo.ts'
import { checkSettings } from './check-settings.ts'
import { settingsSection } from './policy-settings.ts'

const tags = ['settings']

export function registerSettingsRoutes(
  app: ApiServer,
  deps: AppDeps,
  restorers: Restorers,
  policy: PolicySections,
): void {
  restorers.add('settings', settingsRestorer(deps))
  const names = new NamesOfIds(deps.database)
  policy.add(settingsSection(deps.settings, names, (transaction, patch) => apply(deps.settings, transaction, patch)))
  app.get(
    '/api/v1/settings',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'getSettings',
        summary: 'All settings, with their ETag',
        tags,
        response: { 200: SettingsState },
      },
    },
    async (_request, reply) => {
      const { settings, revision } = deps.settings.current
      setEtag(reply, revision)
      return { ...settings, version: revision }
    },
  )

  app.patch(
    '/api/v1/settings',
    {
      config: { role: 'admin', problems: ['stale-edit'] },
      schema: {
        operationId: 'editSettings',
        summary: 'Change any settings; a field that is not given stays',
        tags,
        body: SettingsPatch,
        response: { 200: SettingsSaved },
      },
    },
    async (request, reply) => {
      const revision = save(deps, actorOf(request), request.body, (version) => checkIfMatch(request, version))
      setEtag(reply, deps.settings.current.revision)
      return {
        ...deps.settings.current.settings,
        version: deps.settings.current.revision,
        ...(await awaitApplied(deps.resolver, revision)),
      }
    },
  )
}

/** @returns the revision now in force; as before when nothing changed */
function save(
  { config, settings, database, clock }: AppDeps,
  author: ChangeAuthor,
  patch: SettingsPatch,
  checkVersion: (revision: number) => void,
): number {
  try {
    const { revision } = config.transaction(author, (transaction) => {
      checkVersion(settings.current.revision)
      refuseUnknownGroups(database, 'rebinding.allowedGroups', patch.rebinding?.allowedGroups ?? [])
      const quarantine = patch.clients?.quarantineGroup ?? null
      if (quarantine !== null) refuseUnknownGroups(database, 'clients.quarantineGroup', quarantine)
      apply(settings, transaction, timed(patch, clock.now()))
    })
    return revision
  } finally {
    settings.forget()
    tuneWriter(database, tuningOf(settings.current.settings.storage, 'config'))
  }
}

/** A pause for some time ends by this machine's clock, whatever that of the browser says. */
function timed(patch: SettingsPatch, now: number): SettingsPatch {
  const { blocking } = patch
  if (blocking === undefined) return patch
  const { pausedUntil, pauseSeconds } = blocking
  if (pausedUntil === undefined && typeof pauseSeconds === 'number')
    return { ...patch, blocking: { ...blocking, pausedUntil: now + pauseSeconds * 1000 } }
  if (pausedUntil !== undefined && pauseSeconds === undefined)
    return { ...patch, blocking: { ...blocking, pauseSeconds: null } }
  return patch
}

function refuseUnknownGroups(database: Database, field: string, named: number | readonly number[]): void {
  const ids = typeof named === 'number' ? [named] : named
  const [unknown] = database
    .prepare<[string], number>('SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM client_group)')
    .pluck()
    .all(JSON.stringify(ids))
  if (unknown !== undefined)
    throw invalidField(
      typeof named === 'number' ? field : `${field}[${ids.indexOf(unknown)}]`,
      `there is no group ${unknown}`,
    )
}

/** Inside a transaction. @throws ProblemError `invalid-field`; nothing is written then */
function apply(settings: SettingsStore, transaction: ConfigTransaction, patch: SettingsPatch): void {
  const current = settings.current.settings
  const checked = checkSettings(merge(current, patch))
  if (!checked.ok)
    throw new ProblemError('invalid-field', {
      detail: checked.error.map(({ field, message }) => `${field}: ${message}`).join('; '),
      errors: checked.error,
    })
  for (const section of Object.keys(checked.value) as SettingsSection[]) {
    const [before, after] = [current[section], checked.value[section]]
    if (JSON.stringify(before) === JSON.stringify(after)) continue
    settings.write(section, after, transaction.revision)
    transaction.record({
      entity: 'settings',
      entityId: section,
      operation: 'update',
      summary: `settings: ${section}`,
      before,
      after,
    })
  }
  // Another change of the same transaction starts from these.
  settings.forget()
}

/** A section goes back to what it was; fields that it did not have then stay. */
const settingsRestorer = ({ settings, database }: AppDeps): Restorer => ({
  role: 'admin',
  refusal: ({ operation }) => (operation === 'create' ? 'these are the settings of the first start' : undefined),
  restore: (transaction, _author, { entityId, before }) =>
    apply(settings, transaction, { [entityId]: before } as SettingsPatch),
  settled: () => {
    settings.forget()
    tuneWriter(database, tuningOf(settings.current.settings.storage, 'config'))
  },
})

/** Field by field within a section; values are replaced whole. */
function merge(settings: Settings, patch: SettingsPatch): Settings {
  const merged: Record<string, unknown> = { ...settings }
  for (const [section, change] of Object.entries(patch)) {
    if (change === undefined) continue
    const current = settings[section as SettingsSection]
    merged[section] = typeof change === 'object' ? { ...(current as object), ...change } : change
  }
  return merged as Settings
}
