/**
 * Sessions of the console in weir.db: digests of their ids, revocable one by one.
 *
 * ```
 *  sign-in ──────── seen ──── seen ─────────────┤ idle for `http.sessionIdleMinutes`: over
 *  sign-in ── seen ── seen ── seen ── … ── seen ┤ `http.sessionHours` after signing in: over, whatever was seen
 * ```
 */
import type { Clock } from '@weir/shared/clock'
import type { Role } from '@weir/shared/contract/auth'
import type { Database } from '@weir/shared/db/open-database'
import { digestOf, randomSecret } from './secrets.ts'

export interface SessionRow {
  readonly digest: string
  readonly userId: number
  readonly userName: string
  readonly role: Role
  readonly csrfToken: string
  readonly createdAt: number
  readonly lastSeenAt: number
  readonly expiresAt: number
  readonly address: string
  readonly userAgent: string
}

/** Per user; a new sign-in beyond it ends the oldest, so that nobody can be locked out by filled seats. */
const MAX_SESSIONS_PER_USER = 50
/** Writing "last seen" on every request would make reading pages write to the disk. */
const SEEN_INTERVAL_MS = 60_000
const MAX_USER_AGENT_CHARACTERS = 300
/** Signed in by a clock that was further ahead than this: it would hold for as much longer than it should, and is over. */
const MAX_AHEAD_MS = 5 * 60_000

const SELECT = `SELECT s.id_digest AS digest, s.user_id AS userId, u.name AS userName, u.role, s.csrf_token AS csrfToken,
  s.created_at AS createdAt, s.last_seen_at AS lastSeenAt, s.expires_at AS expiresAt, s.address, s.user_agent AS userAgent
  FROM session s JOIN user u ON u.id = s.user_id`

export class SessionStore {
  readonly #database: Database
  readonly #clock: Clock
  readonly #idleMinutes: () => number

  /** @param idleMinutes the setting of now; 0: sessions may be idle until they end anyway */
  constructor(database: Database, clock: Clock, idleMinutes: () => number) {
    this.#database = database
    this.#clock = clock
    this.#idleMinutes = idleMinutes
  }

  /** Sessions last seen before are over. */
  get #idleSince(): number {
    const minutes = this.#idleMinutes()
    return minutes === 0 ? Number.NEGATIVE_INFINITY : this.#clock.now() - minutes * 60_000
  }

  /** Sessions that were created later come from a clock that was ahead. */
  get #newest(): number {
    return this.#clock.now() + MAX_AHEAD_MS
  }

  /** When a session that nobody uses any more is over: by idling, or by its age. */
  endOf({ lastSeenAt, expiresAt }: Pick<SessionRow, 'lastSeenAt' | 'expiresAt'>): number {
    const minutes = this.#idleMinutes()
    return minutes === 0 ? expiresAt : Math.min(expiresAt, lastSeenAt + minutes * 60_000)
  }

  /** @returns the secret for the cookie, which is stored nowhere, and its digest */
  create(userId: number, hours: number, address: string, userAgent: string): { secret: string; digest: string } {
    const secret = randomSecret()
    const digest = digestOf(secret)
    const now = this.#clock.now()
    this.#database.transaction(() => {
      this.#database.prepare('DELETE FROM session WHERE expires_at <= ? OR last_seen_at <= ?').run(now, this.#idleSince)
      this.#database
        .prepare('INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
        .run(
          digest,
          userId,
          randomSecret(),
          now,
          now,
          now + hours * 3_600_000,
          address,
          userAgent.slice(0, MAX_USER_AGENT_CHARACTERS),
        )
      this.#database
        .prepare(
          `DELETE FROM session WHERE user_id = ? AND id_digest NOT IN
             (SELECT id_digest FROM session WHERE user_id = ? ORDER BY created_at DESC, id_digest = ? DESC LIMIT ?)`,
        )
        .run(userId, userId, digest, MAX_SESSIONS_PER_USER)
    })()
    return { secret, digest }
  }

  /**
   * The living session of a cookie's secret.
   * @param isUsed somebody is at it: it is seen, and its idle time begins anew
   */
  find(secret: string, isUsed: boolean): SessionRow | undefined {
    const row = this.findByDigest(digestOf(secret))
    const now = this.#clock.now()
    if (row && isUsed && Math.abs(now - row.lastSeenAt) >= SEEN_INTERVAL_MS)
      this.#database.prepare('UPDATE session SET last_seen_at = ? WHERE id_digest = ?').run(now, row.digest)
    return row
  }

  /** Without being seen. */
  findByDigest(digest: string): SessionRow | undefined {
    return this.#database
      .prepare<[string, number, number, number], SessionRow>(
        `${SELECT} WHERE s.id_digest = ? AND s.expires_at > ? AND s.last_seen_at > ? AND s.created_at <= ?`,
      )
      .get(digest, this.#clock.now(), this.#idleSince, this.#newest)
  }

  /** Of one user, or of all; newest first. */
  list(userId: number | null): SessionRow[] {
    return this.#database
      .prepare<[number, number, number, number | null, number | null], SessionRow>(
        `${SELECT} WHERE s.expires_at > ? AND s.last_seen_at > ? AND s.created_at <= ? AND (? IS NULL OR s.user_id = ?)
         ORDER BY s.created_at DESC LIMIT 1000`,
      )
      .all(this.#clock.now(), this.#idleSince, this.#newest, userId, userId)
  }

  revoke(digest: string): boolean {
    return this.#database.prepare('DELETE FROM session WHERE id_digest = ?').run(digest).changes > 0
  }

  /** Signs a user out everywhere, but in the session given. */
  revokeAll(userId: number, exceptDigest: string | null = null): void {
    this.#database.prepare('DELETE FROM session WHERE user_id = ? AND id_digest IS NOT ?').run(userId, exceptDigest)
  }
}
