/** The API's process: read the environment, open weir.db, listen, and end in order. Exit codes: docs/api.md. */
import '@weir/shared/node-guard'
import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock } from '@weir/shared/clock'
import { controlSocketPath } from '@weir/shared/control/socket-path'
import type { Database } from '@weir/shared/db/open-database'
import { parseUpstreamAddress } from '@weir/shared/dns/upstream-address'
import { type Environment, formatEndpoint, readEnvironment } from '@weir/shared/environment'
import { destination, pino } from 'pino'
import { type App, buildApp } from './app.ts'
import { ConfigStore } from './config-store.ts'
import type { AppDeps } from './deps.ts'
import { EventHub } from './event-hub.ts'
import { prepareAdministrator, seedSettings } from './first-start.ts'
import { PasswordHasher } from './identity/password.ts'
import { LogReader } from './log-reader.ts'
import { ResolverClient } from './resolver-client.ts'
import { SettingsStore } from './settings-store.ts'
import { openWeirDatabase } from './weir-database.ts'

const ExitCode = { CannotStart: 1, BadSetting: 2 } as const

/** Prints one line and ends: nothing is running yet that would have to be closed. */
function refuse(code: number, line: string): never {
  process.stderr.write(`weir: ${line}\n`)
  process.exit(code)
}

function environmentOrExit(): Environment {
  const read = readEnvironment(process.env, (text) => {
    const parsed = parseUpstreamAddress(text)
    return parsed.ok ? undefined : parsed.error
  })
  return read.ok ? read.value : refuse(ExitCode.BadSetting, read.error.detail)
}

async function openDatabase(dataDir: string): Promise<Database> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 }).catch((error: Error) =>
    refuse(ExitCode.BadSetting, `WEIR_DATA_DIR: ${error.message}`),
  )
  const opened = openWeirDatabase(join(dataDir, 'weir.db'))
  return opened.ok ? opened.value : refuse(ExitCode.CannotStart, opened.error)
}

const packageVersion = (): string =>
  (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version

function buildDeps(environment: Environment, database: Database): AppDeps {
  const events = new EventHub()
  return {
    database,
    config: new ConfigStore(database, systemClock, events),
    settings: new SettingsStore(database),
    log: new LogReader(join(environment.dataDir, 'log.db')),
    resolver: new ResolverClient(controlSocketPath(environment.dataDir)),
    events,
    clock: systemClock,
    logger: pino({ level: 'warn' }, destination(2)),
    dataDir: environment.dataDir,
    webDir: fileURLToPath(new URL('../../web/dist', import.meta.url)),
    version: packageVersion(),
    adminToken: environment.adminToken,
    faults: new Set(),
  }
}

/** @returns the address with the port that the system gave */
async function listen({ server }: App, { httpListen }: Environment): Promise<string> {
  try {
    await server.listen({ host: httpListen.address, port: httpListen.port })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code === 'EADDRINUSE' ? 'is already in use' : `cannot be used (${message})`
    refuse(ExitCode.CannotStart, `${formatEndpoint(httpListen)} ${reason}: WEIR_HTTP_LISTEN changes it`)
  }
  const { address, port } = server.server.address() as AddressInfo
  return `http://${formatEndpoint({ address, port })}`
}

function endOnSignal({ server }: App, deps: AppDeps): void {
  let isEnding = false
  const end = async (): Promise<void> => {
    if (isEnding) return
    isEnding = true
    await server.close()
    deps.log.close()
    deps.database.close()
    process.exit(0)
  }
  // `disconnect`: the channel to `npm start`, when that is gone.
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(signal, () => void end())
}

async function main(): Promise<void> {
  const environment = environmentOrExit()
  const database = await openDatabase(environment.dataDir)
  const deps = buildDeps(environment, database)
  seedSettings(deps.config, deps.settings, environment.upstreams)
  const code = await prepareAdministrator(database, deps.config, new PasswordHasher(), {
    upstreams: environment.upstreams,
    adminPassword: environment.adminPassword,
    nowMs: systemClock.now(),
  })
  if (!code.ok) refuse(ExitCode.BadSetting, code.error)
  const app = await buildApp(deps)
  const url = await listen(app, environment)
  endOnSignal(app, deps)
  process.stdout.write(
    code.value === undefined
      ? `weir: console and API on ${url}\n`
      : `weir: open ${url} and set up with the code ${code.value}\n`,
  )
}

await main()
