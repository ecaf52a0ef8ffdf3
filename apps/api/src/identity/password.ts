/** argon2id password hashes as PHC strings; the number of hashes computed at once is bounded. */
import { hash, verify } from '@node-rs/argon2'
import { ProblemError } from '../problem-error.ts'

/** The package's Algorithm.Argon2id, an ambient enum that cannot be imported here. */
const ARGON2ID = 2
/** OWASP's first choice for argon2id: 19 MiB, 2 passes, 1 lane; about 12 ms. */
const OPTIONS = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** At once; more would make sign-in attempts a way to use up memory and cores that DNS needs. */
const MAX_RUNNING = 2
/** Waiting; the next gets 429. */
const MAX_WAITING = 16

export class PasswordHasher {
  #running = 0
  readonly #waiting: (() => void)[] = []
  #decoy: Promise<string> | undefined

  hash(password: string): Promise<string> {
    return this.#bounded(() => hash(password, OPTIONS))
  }

  /** Takes as long for an unknown user (`stored` undefined) as for a known one. */
  async verify(stored: string | undefined, password: string): Promise<boolean> {
    this.#decoy ??= hash('no such user', OPTIONS)
    const against = stored ?? (await this.#decoy)
    const isRight = await this.#bounded(() => verify(against, password))
    return isRight && stored !== undefined
  }

  async #bounded<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= MAX_RUNNING) {
      if (this.#waiting.length >= MAX_WAITING)
        throw new ProblemError('too-many-requests', { headers: { 'retry-after': '5' } })
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else this.#running++
    try {
      return await work()
    } finally {
      // A waiter takes over the place; the count stays.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running--
    }
  }
}
