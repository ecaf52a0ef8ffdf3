/** The command's words and options. */
import { parseArgs } from 'node:util'
import type { Connection } from './client.ts'
import { CommandError } from './terminal.ts'

export interface Options {
  /** As in `['policy', 'plan']`. */
  readonly words: readonly string[]
  readonly files: readonly string[]
  readonly connection: Connection
  readonly help: boolean
  readonly json: boolean
  readonly yes: boolean
  readonly dryRun: boolean
  readonly comment: string | undefined
  readonly output: string | undefined
  readonly expectRevision: number | undefined
}

const DEFAULT_URL = 'http://127.0.0.1:8053'

type Environment = Readonly<Record<string, string | undefined>>

/** @throws CommandError for what is not known */
export function readOptions(args: readonly string[], environment: Environment): Options {
  const { values, positionals } = parse(args)
  const url = values.url ?? environment['WEIR_URL'] ?? urlOf(environment['WEIR_HTTP_LISTEN']) ?? DEFAULT_URL
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new CommandError(`'${url}' is no address of Weir, as in ${DEFAULT_URL}`)
  return {
    words: positionals.slice(0, 2),
    files: positionals.slice(2),
    connection: { url, token: environment['WEIR_TOKEN'] || environment['WEIR_ADMIN_TOKEN'] || undefined },
    help: values.help ?? false,
    json: values.json ?? false,
    yes: values.yes ?? false,
    dryRun: values['dry-run'] ?? false,
    comment: values.comment,
    output: values.output,
    expectRevision: revisionOf(values['expect-revision']),
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        url: { type: 'string' },
        json: { type: 'boolean' },
        yes: { type: 'boolean', short: 'y' },
        'dry-run': { type: 'boolean' },
        comment: { type: 'string', short: 'm' },
        output: { type: 'string', short: 'o' },
        'expect-revision': { type: 'string' },
      },
    })
  } catch (error) {
    throw new CommandError(`${(error as Error).message} (weir --help)`)
  }
}

/** Where this machine's Weir listens, when the environment says so; one that listens everywhere is asked on loopback. */
function urlOf(listen: string | undefined): string | undefined {
  if (listen === undefined || listen === '') return undefined
  return `http://${listen.replace(/^0\.0\.0\.0:/, '127.0.0.1:').replace(/^\[::\]:/, '[::1]:')}`
}

function revisionOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,15}$/.test(text)) throw new CommandError(`--expect-revision: '${text}' is no revision`)
  return Number(text)
}
