/** Signing in, first-run set-up and changing one's own password. */
import type { Actor } from '../../actor.ts'
import type { AppDeps } from '../../deps.ts'
import { AttemptLimiter } from '../../identity/attempt-limiter.ts'
import type { PasswordHasher } from '../../identity/password.ts'
import { digestOf, equalSecrets, normaliseCode } from '../../identity/secrets.ts'
import type { SessionStore } from '../../identity/session-store.ts'
import { invalidField, ProblemError } from '../../problem-error.ts'
import { AuthRepository } from './repository.ts'

/** Where a sign-in comes from. */
export interface Visitor {
  readonly address: string
  readonly userAgent: string
  /** The session it had before: ended, so that nobody can plant one (session fixation). */
  readonly previousDigest: string | null
}

const FIRST_ADMINISTRATOR = 'admin'

export class AuthService {
  readonly #deps: AppDeps
  readonly #sessions: SessionStore
  readonly #hasher: PasswordHasher
  readonly #users: AuthRepository
  readonly #attempts: AttemptLimiter

  constructor(deps: AppDeps, sessions: SessionStore, hasher: PasswordHasher) {
    this.#deps = deps
    this.#sessions = sessions
    this.#hasher = hasher
    this.#users = new AuthRepository(deps.database)
    this.#attempts = new AttemptLimiter(deps.clock)
  }

  get isSetUpNeeded(): boolean {
    return this.#users.setUpDigest() !== undefined
  }

  /** @returns the new session's secret */
  async signIn(name: string, password: string, visitor: Visitor): Promise<string> {
    this.#attempts.take(visitor.address)
    const user = this.#users.findUser(name)
    const isRight = await this.#hasher.verify(user?.passwordHash, password)
    if (!user || !isRight) throw new ProblemError('wrong-credentials')
    this.#attempts.giveBack(visitor.address)
    return this.#open(user.id, visitor)
  }

  /** Creates the first administrator. @returns the secret of its session */
  async setUp(code: string, password: string, visitor: Visitor): Promise<string> {
    if (!this.isSetUpNeeded) throw new ProblemError('set-up-done')
    this.#attempts.take(visitor.address)
    const digest = this.#users.setUpDigest() ?? ''
    if (!equalSecrets(digestOf(normaliseCode(code)), digest))
      throw new ProblemError('wrong-credentials', { detail: 'this is not the code that the terminal shows' })
    const passwordHash = await this.#hasher.hash(password)
    const { value: userId } = this.#deps.config.transaction(
      { name: FIRST_ADMINISTRATOR, address: visitor.address },
      (transaction) => {
        // Somebody else may have been faster while the hash was computed.
        if (!this.isSetUpNeeded) throw new ProblemError('set-up-done')
        const id = this.#users.createAdministrator(FIRST_ADMINISTRATOR, passwordHash, this.#deps.clock.now())
        transaction.record({
          entity: 'user',
          entityId: id,
          operation: 'create',
          summary: `user ${FIRST_ADMINISTRATOR} at set-up`,
          after: { name: FIRST_ADMINISTRATOR, role: 'admin' },
        })
        return id
      },
    )
    this.#attempts.giveBack(visitor.address)
    return this.#open(userId, visitor)
  }

  /** Ends every other session of the user. */
  async changePassword(actor: Actor, current: string, next: string): Promise<void> {
    const user = actor.userId === null ? undefined : this.#users.findUser(actor.name)
    if (!user) throw new ProblemError('forbidden', { detail: 'a token has no password' })
    this.#attempts.take(actor.address)
    if (!(await this.#hasher.verify(user.passwordHash, current)))
      throw invalidField('current', 'is not the current password')
    this.#attempts.giveBack(actor.address)
    const passwordHash = await this.#hasher.hash(next)
    this.#deps.config.transaction(actor, (transaction) => {
      this.#users.setPassword(user.id, passwordHash)
      this.#sessions.revokeAll(user.id, actor.sessionDigest)
      transaction.record({
        entity: 'user',
        entityId: user.id,
        operation: 'update',
        summary: `user ${user.name}: own password`,
      })
    })
  }

  #open(userId: number, visitor: Visitor): string {
    if (visitor.previousDigest !== null) this.#sessions.revoke(visitor.previousDigest)
    this.#users.signedIn(userId, this.#deps.clock.now())
    const { sessionHours } = this.#deps.settings.current.settings.http
    return this.#sessions.create(userId, sessionHours, visitor.address, visitor.userAgent).secret
  }
}
