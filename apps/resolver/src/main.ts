/** The resolver's process: environment, database, threads, control socket; ends on SIGTERM when all is answered. */
import '@weir/shared/node-guard'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { controlSocketPath } from '@weir/shared/control/socket-path'
import { makeDataFolder, whyNotWritable } from '@weir/shared/data-folder'
import { migrate, migrationsOf } from '@weir/shared/db/migrate'
import { openWriter } from '@weir/shared/db/open-database'
import { parseUpstreamAddress } from '@weir/shared/dns/upstream-address'
import { type Environment, formatEndpoint, readEnvironment } from '@weir/shared/environment'
import { pino } from 'pino'
import { config as configureSchemas } from 'zod'
import { Certificate } from './listen/certificate.ts'
import { CONFIG_COPY } from './store/config-copy.ts'
import { settleHeap } from './supervise/main-heap.ts'
import { Resolver } from './supervise/resolver.ts'

const EXIT_CANNOT_START = 1
const EXIT_BAD_ENVIRONMENT = 2

function give(up: string, code: number): never {
  process.stderr.write(`weir resolver: ${up}\n`)
  process.exit(code)
}

function environment(): Environment {
  const read = readEnvironment(process.env, (text) => {
    const upstream = parseUpstreamAddress(text)
    return upstream.ok ? undefined : upstream.error
  })
  return read.ok ? read.value : give(read.error.detail, EXIT_BAD_ENVIRONMENT)
}

function checkCertificate(files: Environment['secure']): void {
  if (files === null) return
  const certificate = Certificate.open(files)
  if (!certificate.ok) give(certificate.error, EXIT_BAD_ENVIRONMENT)
}

/**
 * Whoever starts first makes the schema; afterwards the API alone writes. Without a usable weir.db, what the last run
 * left behind is served: filtering goes on until the database is restored.
 */
function prepareDatabase(dataDir: string): void {
  const path = join(dataDir, 'weir.db')
  const canGoWithout = existsSync(join(dataDir, CONFIG_COPY))
  if (canGoWithout && !existsSync(path)) return
  try {
    migrateDatabase(path)
  } catch (error) {
    if (canGoWithout) return
    const folderFault = whyNotWritable(dataDir)
    if (folderFault !== undefined) give(folderFault, EXIT_BAD_ENVIRONMENT)
    give(`${path} cannot be opened: ${messageOf(error)}`, EXIT_CANNOT_START)
  }
}

function migrateDatabase(path: string): void {
  const database = openWriter(path, 'config')
  try {
    const migrated = migrate(database, migrationsOf('weir'))
    if (!migrated.ok && migrated.error.code === 'newer-schema')
      give(`weir.db: ${migrated.error.detail}`, EXIT_CANNOT_START)
    if (!migrated.ok) throw new Error(migrated.error.detail)
  } finally {
    database.close()
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

async function main(): Promise<void> {
  // To make code of a schema takes a start some ms, for the few values that an edit brings.
  configureSchemas({ jitless: true })
  const settings = environment()
  checkCertificate(settings.secure)
  const logger = pino({ name: 'resolver', level: settings.logLevel }, pino.destination(2))
  const folder = makeDataFolder(settings.dataDir)
  if (!folder.ok) give(folder.error, EXIT_BAD_ENVIRONMENT)
  prepareDatabase(settings.dataDir)
  const resolver = new Resolver(settings, logger)
  const listening = await resolver.start()
  if (!listening.ok) give(listening.error, EXIT_CANNOT_START)
  // Its code is loaded when the first answers are given: half of a start's modules are of HTTP.
  const [{ startControlServer }, { controlHandlers }] = await Promise.all([
    import('./control/control-server.ts'),
    import('./supervise/control-handlers.ts'),
  ])
  const control = await startControlServer(controlSocketPath(settings.dataDir), controlHandlers(resolver))
  settleHeap()
  process.stdout.write(`Weir answers DNS on ${listening.value.map(formatEndpoint).join(', ')}\n`)

  let isStopping = false
  const stop = async (): Promise<void> => {
    if (isStopping) return
    isStopping = true
    await control.close()
    await resolver.stop()
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop())
  process.on('SIGINT', () => void stop())
  // Of `npm start`, when that is gone.
  process.on('disconnect', () => void stop())
}

main().catch((error: unknown) => give(messageOf(error), EXIT_CANNOT_START))
