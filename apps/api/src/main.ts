/** The API's process: read the environment, open weir.db, listen, and end in order. Exit codes: docs/api.md. */
import '@weir/shared/node-guard'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { systemClock } from '@weir/shared/clock'
import { controlSocketPath } from '@weir/shared/control/socket-path'
import { makeDataFolder, whyNotWritable } from '@weir/shared/data-folder'
import { type Database, tuneWriter, tuningOf } from '@weir/shared/db/open-database'
import { parseUpstreamAddress } from '@weir/shared/dns/upstream-address'
import { type Endpoint, type Environment, formatEndpoint, readEnvironment } from '@weir/shared/environment'
import { destination, pino } from 'pino'
import { type App, buildApp } from './app.ts'
import { ConfigStore } from './config-store.ts'
import type { AppDeps } from './deps.ts'
import { EventHub } from './event-hub.ts'
import { prepareAdministrator, seedSettings } from './first-start.ts'
import { PasswordHasher } from './identity/password.ts'
import { LogReader } from './log-reader.ts'
import { ResolverClient } from './resolver-client.ts'
import { ClockFollower } from './resources/overrides/follow-clock.ts'
import { SettingsStore } from './settings-store.ts'
import { OpenedFile, openWeirDatabase } from './weir-database.ts'
import { waitForDatabase } from './without-database.ts'

const DATABASE_FILE = 'weir.db'
/** For a weir.db that was removed or replaced. */
const LOOK_EVERY_MS = 1000

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

/** Waits for a weir.db that was lost; any other fault ends the process. */
async function openDatabase({ dataDir, httpListen }: Environment): Promise<Database> {
  const open = () => openWeirDatabase(join(dataDir, DATABASE_FILE))
  const opened = open()
  if (opened.ok) return opened.value
  const fault = opened.error
  if (fault.code === 'unusable') {
    const folderFault = whyNotWritable(dataDir)
    if (folderFault !== undefined) refuse(ExitCode.BadSetting, folderFault)
    refuse(ExitCode.CannotStart, fault.detail)
  }
  process.stderr.write(`weir: ${fault.detail}\n`)
  const resolver = new ResolverClient(controlSocketPath(dataDir))
  return waitForDatabase({ fault, listen: httpListen, resolver, version: packageVersion(), open }).catch(
    (error: NodeJS.ErrnoException) => refuseToListen(error, httpListen),
  )
}

const packageVersion = (): string =>
  (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version

function buildDeps(environment: Environment, database: Database): AppDeps {
  const events = new EventHub()
  return {
    database,
    config: new ConfigStore(database, systemClock, events, new OpenedFile(join(environment.dataDir, DATABASE_FILE))),
    settings: new SettingsStore(database),
    log: new LogReader(join(environment.dataDir, 'log.db')),
    resolver: new ResolverClient(controlSocketPath(environment.dataDir)),
    events,
    clock: systemClock,
    logger: pino({ name: 'api', level: environment.logLevel }, destination(2)),
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
    refuseToListen(error as NodeJS.ErrnoException, httpListen)
  }
  const { address, port } = server.server.address() as AddressInfo
  return `http://${formatEndpoint({ address, port })}`
}

function refuseToListen({ code, message }: NodeJS.ErrnoException, httpListen: Endpoint): never {
  const reason = code === 'EADDRINUSE' ? 'is already in use' : `cannot be used (${message})`
  refuse(ExitCode.CannotStart, `${formatEndpoint(httpListen)} ${reason}: WEIR_HTTP_LISTEN changes it`)
}

/** Serves until weir.db is no longer where it was. */
async function serve(environment: Environment, database: Database): Promise<void> {
  const deps = buildDeps(environment, database)
  seedSettings(deps.config, deps.settings, environment.upstreams)
  tuneWriter(database, tuningOf(deps.settings.current.settings.storage, 'config'))
  const code = await prepareAdministrator(database, deps.config, new PasswordHasher(), {
    upstreams: environment.upstreams,
    adminPassword: environment.adminPassword,
    nowMs: systemClock.now(),
  })
  if (!code.ok) refuse(ExitCode.BadSetting, code.error)
  const app = await buildApp(deps)
  const url = await listen(app, environment)
  const close = async (): Promise<void> => {
    await app.server.close()
    deps.log.close()
    database.close()
  }
  endServing = close
  process.stdout.write(
    code.value === undefined
      ? `weir: console and API on ${url}\n`
      : `weir: open ${url} and set up with the code ${code.value}\n`,
  )
  const clockFollower = new ClockFollower(deps)
  while (deps.config.isInPlace) {
    await pause(LOOK_EVERY_MS)
    clockFollower.look()
  }
  endServing = undefined
  await close()
}

let endServing: (() => Promise<void>) | undefined

function endOnSignals(): void {
  let isEnding = false
  const end = async (): Promise<void> => {
    if (isEnding) return
    isEnding = true
    await endServing?.()
    process.exit(0)
  }
  // `disconnect`: the channel to `npm start`, when that is gone.
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(signal, () => void end())
}

async function main(): Promise<void> {
  const environment = environmentOrExit()
  const folder = makeDataFolder(environment.dataDir)
  if (!folder.ok) refuse(ExitCode.BadSetting, folder.error)
  endOnSignals()
  for (;;) await serve(environment, await openDatabase(environment))
}

/** A machine that fails is told in a line; anything else is a bug, and told with its place. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const isDisk = 'code' in error && String(error.code).startsWith('SQLITE_')
  return isDisk ? `${DATABASE_FILE} cannot be written: ${error.message}` : (error.stack ?? error.message)
}

await main().catch((error: unknown) => refuse(ExitCode.CannotStart, reasonOf(error)))
