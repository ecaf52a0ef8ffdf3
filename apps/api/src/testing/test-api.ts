/** The whole API on a migrated database in a temporary folder, for tests: real SQLite, a scripted resolver, a turned clock. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock } from '@weir/shared/clock'
import type { Role } from '@weir/shared/contract/auth'
import type { Problem } from '@weir/shared/contract/problem'
import { controlSocketPath } from '@weir/shared/control/socket-path'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { pino } from 'pino'
import { type App, buildApp } from '../app.ts'
import { ConfigStore } from '../config-store.ts'
import type { AppDeps } from '../deps.ts'
import { EventHub } from '../event-hub.ts'
import { seedSettings } from '../first-start.ts'
import { digestOf } from '../identity/secrets.ts'
import { LogReader } from '../log-reader.ts'
import { ResolverClient } from '../resolver-client.ts'
import { SettingsStore } from '../settings-store.ts'
import { openWeirDatabase } from '../weir-database.ts'
import { ScriptedResolver } from './scripted-resolver.ts'

export const ADMIN_TOKEN = 'admin-token-of-the-environment'

interface TestCall {
  readonly body?: unknown
  /** Signs with a token of this role; `nobody` sends none. Default: admin. */
  readonly as?: Role | 'nobody'
  readonly headers?: Record<string, string>
}

export interface TestReply {
  readonly status: number
  readonly headers: LightMyRequestResponse['headers']
  readonly text: string
  /** The parsed body; `any`, since tests read fields of every kind of reply. */
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly json: any
}

export interface TestApi {
  readonly app: App
  readonly deps: AppDeps
  readonly clock: ManualClock
  readonly resolver: ScriptedResolver
  call(method: string, url: string, call?: TestCall): Promise<TestReply>
  close(): Promise<void>
}

export interface TestApiOptions {
  /** False: the resolver is down. */
  readonly withResolver?: boolean
  readonly webDir?: string
  /** A weir.db to begin with: it is copied. */
  readonly weirDb?: string
}

export async function startTestApi({ withResolver = true, webDir, weirDb }: TestApiOptions = {}): Promise<TestApi> {
  const dataDir = mkdtempSync(join(tmpdir(), 'weir-api-'))
  if (weirDb !== undefined) copyFileSync(weirDb, join(dataDir, 'weir.db'))
  const clock = new ManualClock()
  const opened = openWeirDatabase(join(dataDir, 'weir.db'))
  if (!opened.ok) throw new Error(opened.error.detail)
  const database = opened.value
  const events = new EventHub()
  const deps: AppDeps = {
    database,
    config: new ConfigStore(database, clock, events),
    settings: new SettingsStore(database),
    log: new LogReader(join(dataDir, 'log.db')),
    resolver: new ResolverClient(controlSocketPath(dataDir)),
    events,
    clock,
    logger: pino({ level: 'silent' }),
    dataDir,
    webDir: webDir ?? join(dataDir, 'web'),
    version: '0.0.0',
    adminToken: ADMIN_TOKEN,
    faults: new Set(),
  }
  seedSettings(deps.config, deps.settings, ['192.0.2.53'])
  if (weirDb === undefined) for (const role of ['viewer', 'operator'] as const) insertToken(deps, role)
  const resolver = new ScriptedResolver(controlSocketPath(dataDir))
  if (withResolver) await resolver.start()
  const app = await buildApp(deps)
  await app.server.ready()
  return {
    app,
    deps,
    clock,
    resolver,
    call: (method, url, call) => callApi(app, method, url, call),
    async close() {
      await app.server.close()
      await resolver.stop()
      deps.log.close()
      database.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

const tokenOf = (role: Role): string => (role === 'admin' ? ADMIN_TOKEN : `${role}-token`)

function insertToken({ database, clock }: AppDeps, role: Role): void {
  database
    .prepare('INSERT INTO token (name, digest, prefix, role, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?)')
    .run(role, digestOf(tokenOf(role)), 'test', role, clock.now(), 'test')
}

async function callApi({ server }: App, method: string, url: string, call: TestCall = {}): Promise<TestReply> {
  const role = call.as ?? 'admin'
  const response = await server.inject({
    method: method as NonNullable<InjectOptions['method']>,
    url,
    headers: {
      host: 'localhost',
      ...(role === 'nobody' ? {} : { authorization: `Bearer ${tokenOf(role)}` }),
      ...call.headers,
    },
    ...(call.body === undefined ? {} : { payload: call.body as string | object }),
  })
  return {
    status: response.statusCode,
    headers: response.headers,
    text: response.body,
    json:
      response.body !== '' && /[/+]json\b/.test(String(response.headers['content-type'])) ? response.json() : undefined,
  }
}

/** The fields that a 422 names. */
export const faultyFields = (reply: TestReply): string[] =>
  ((reply.json as Problem).errors ?? []).map(({ field }) => field)
