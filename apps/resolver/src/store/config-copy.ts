/**
 * The configuration in effect, on disk (`config.copy` in the data folder): with `rules.index` it lets the resolver start,
 * and filter, when weir.db is missing or damaged. Never read while weir.db can be.
 *
 * ```
 *  SHA-256 of the rest, hexadecimal | line feed | ConfigData as JSON
 * ```
 * Written beside its place and renamed. Holds what weir.db holds, hence mode 0600. A hundred thousand rules are written a
 * few at a time: the thread that writes them also brings changes into effect.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { fail, ok, type Result } from '@weir/shared/result'
import { eachRow } from '../rules/packed-rows.ts'
import type { ConfigData } from '../rules/policy-data.ts'

const OWNER_ONLY = 0o600
const LINE_FEED = 0x0a
/** Edits follow one another: written at most so often. What a kill loses of it is in weir.db. */
const SAVE_DELAY_MS = 2000
/** About a millisecond of work. */
const RULES_AT_ONCE = 500
const DIGEST_CHARACTERS = 64

/** In the data folder. */
export const CONFIG_COPY = 'config.copy'

export class ConfigCopy {
  readonly #path: string
  readonly #onFault: (detail: string) => void
  #pending: (() => ConfigData) | undefined
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(path: string, onFault: (detail: string) => void) {
    this.#path = path
    this.#onFault = onFault
  }

  /** @returns the configuration as it last was in effect, or why there is none */
  read(): Result<ConfigData, string> {
    try {
      const octets = readFileSync(this.#path)
      const end = octets.indexOf(LINE_FEED)
      const body = octets.subarray(end + 1)
      if (octets.toString('latin1', 0, end) !== digestOf(body)) return fail(`${this.#path} is damaged`)
      return ok(JSON.parse(body.toString('utf8')) as ConfigData)
    } catch (error) {
      return fail(String(error))
    }
  }

  /** Writes what `make` gives, soon. */
  save(make: () => ConfigData): void {
    this.#pending = make
    this.#timer ??= setTimeout(() => void this.flush(), SAVE_DELAY_MS).unref()
  }

  /** Writes what waits to be written; resolves when it is there, or could not be. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const make = this.#pending
    this.#pending = undefined
    if (make) this.#writing = this.#writing.then(() => this.#replace(make))
    return this.#writing
  }

  async #replace(make: () => ConfigData): Promise<void> {
    const temporary = `${this.#path}.new`
    try {
      const file = await open(temporary, 'w', OWNER_ONLY)
      try {
        await writeCopy(file, make())
      } finally {
        await file.close()
      }
      await rename(temporary, this.#path)
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined)
      this.#onFault(`${this.#path} could not be written: ${String(error)}`)
    }
  }
}

async function writeCopy(file: FileHandle, config: ConfigData): Promise<void> {
  const hash = createHash('sha256')
  let position = DIGEST_CHARACTERS + 1
  for (const text of partsOf(config)) {
    const octets = Buffer.from(text)
    hash.update(octets)
    await writeAt(file, octets, position)
    position += octets.length
  }
  await writeAt(file, Buffer.from(`${hash.digest('hex')}\n`), 0)
  await file.sync()
}

/** A disk that fills up takes a part of the last piece without a word; what is asked of it then is refused. @throws when it is full */
async function writeAt(file: FileHandle, octets: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < octets.length; )
    at += (await file.write(octets, at, octets.length - at, position + at)).bytesWritten
}

/** The configuration as JSON, in pieces. */
function* partsOf({ rules, ...rest }: ConfigData): Generator<string> {
  if (rules.kind === 'delta') throw new Error('a change is no whole configuration')
  yield `${JSON.stringify(rest).slice(0, -1)},"rules":{"kind":"full","rules":[`
  let batch: string[] = []
  let isFirst = true
  for (const row of eachRow(rules.rules)) {
    batch.push(JSON.stringify(row))
    if (batch.length < RULES_AT_ONCE) continue
    yield `${isFirst ? '' : ','}${batch.join(',')}`
    isFirst = false
    batch = []
  }
  yield `${isFirst || batch.length === 0 ? '' : ','}${batch.join(',')}]}}`
}

const digestOf = (octets: Uint8Array): string => createHash('sha256').update(octets).digest('hex')
