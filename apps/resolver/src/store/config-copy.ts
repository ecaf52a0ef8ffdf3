/**
 * The configuration in effect, on disk (`config.copy` in the data folder): with `rules.index` it lets the resolver start,
 * and filter, when weir.db is missing or damaged. Never read while weir.db can be.
 *
 * ```
 *  SHA-256 of the rest, hexadecimal | line feed | ConfigData as JSON
 * ```
 * Written beside its place and renamed. Holds what weir.db holds, hence mode 0600.
 */
import { createHash } from 'node:crypto'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { fail, ok, type Result } from '@weir/shared/result'
import type { ConfigData } from '../rules/policy-data.ts'

const OWNER_ONLY = 0o600
const LINE_FEED = 0x0a
/** Edits follow one another: written at most so often. What a kill loses of it is in weir.db. */
const SAVE_DELAY_MS = 2000

export class ConfigCopy {
  readonly #path: string
  readonly #onFault: (detail: string) => void
  #pending: (() => ConfigData) | undefined
  #timer: NodeJS.Timeout | undefined

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
    this.#timer ??= setTimeout(() => this.flush(), SAVE_DELAY_MS).unref()
  }

  /** Writes what waits to be written. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const make = this.#pending
    if (!make) return
    this.#pending = undefined
    const temporary = `${this.#path}.new`
    try {
      const body = Buffer.from(JSON.stringify(make()))
      writeFileSync(temporary, Buffer.concat([Buffer.from(`${digestOf(body)}\n`), body]), {
        mode: OWNER_ONLY,
        flush: true,
      })
      renameSync(temporary, this.#path)
    } catch (error) {
      rmSync(temporary, { force: true })
      this.#onFault(`${this.#path} could not be written: ${String(error)}`)
    }
  }
}

const digestOf = (octets: Uint8Array): string => createHash('sha256').update(octets).digest('hex')
