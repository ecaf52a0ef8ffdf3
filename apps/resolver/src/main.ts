/** The resolver's process: environment, database, threads, control socket; ends on SIGTERM when all is answered. */
import './node-guard.ts'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { controlSocketPath } from '@weir/shared/control/socket-path'
import { migrate, migrationsOf } from '@weir/shared/db/migrate'
import { openWriter } from '@weir/shared/db/open-database'
import { parseUpstreamAddress } from '@weir/shared/dns/upstream-address'
import { type Environment, formatEndpoint, readEnvironment } from '@weir/shared/environment'
import { pino } from 'pino'
import { startControlServer } from './control/control-server.ts'
import { controlHandlers } from './supervise/control-handlers.ts'
import { Resolver } from './supervise/resolver.ts'

const EXIT_CANNOT_START = 1
const EXIT_BAD_ENVIRONMENT = 2

const logger = pino({ name: 'resolver', level: process.env['WEIR_LOG_LEVEL'] ?? 'warn' }, pino.destination(2))

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

/** Whoever starts first makes the schema; afterwards the API alone writes. */
function prepareDatabase(path: string): void {
  const database = openWriter(path, 'config')
  try {
    const migrated = migrate(database, migrationsOf('weir'))
    if (!migrated.ok) give(`weir.db: ${migrated.error.detail}`, EXIT_CANNOT_START)
  } finally {
    database.close()
  }
}

async function main(): Promise<void> {
  const settings = environment()
  mkdirSync(settings.dataDir, { recursive: true, mode: 0o700 })
  prepareDatabase(join(settings.dataDir, 'weir.db'))
  const resolver = new Resolver(settings, logger)
  const listening = await resolver.start()
  if (!listening.ok) give(listening.error, EXIT_CANNOT_START)
  const control = await startControlServer(controlSocketPath(settings.dataDir), controlHandlers(resolver))
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
}

main().catch((error: unknown) => give(error instanceof Error ? error.message : String(error), EXIT_CANNOT_START))
