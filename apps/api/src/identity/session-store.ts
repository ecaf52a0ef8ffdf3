/** Sessions of the console in weir.db: digests of their ids, revocable one by one, expiring by setting. */
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

const SELECT = `SELECT s.id_digest AS digest, s.user_id AS userId, u.name AS userName, u.role, s.csrf_token AS csrfToken,
  s.created_at AS createdAt, s.last_seen_at AS lastSeenAt, s.expires_at AS expiresAt, s.address, s.user_agent AS userAgent
  FROM session s JOIN user u ON u.id = s.user_id`

export class SessionStore {
  readonly #database: Database
  readonly #clock: Clock

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
  }

  /** @returns the secret for the cookie, which is stored nowhere, and its digest */
  create(userId: number, hours: number, address: string, userAgent: string): { secret: string; digest: string } {
    const secret = randomSecret()
    const digest = digestOf(secret)
    const now = this.#clock.now()
    this.#database.transaction(() => {
      this.#database.prepare('DELETE FROM session WHERE expires_at <= ?').run(now)
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

  /** The living session of a cookie's secret. */
  find(secret: string): SessionRow | undefined {
    return this.findByDigest(digestOf(secret))
  }

  findByDigest(digest: string): SessionRow | undefined {
    const now = this.#clock.now()
    const row = this.#database
      .prepare<[string, number], SessionRow>(`${SELECT} WHERE s.id_digest = ? AND s.expires_at > ?`)
      .get(digest, now)
    if (row && now - row.lastSeenAt >= SEEN_INTERVAL_MS)
      this.#database.prepare('UPDATE session SET last_seen_at = ? WHERE id_digest = ?').run(now, digest)
    return row
  }

  /** Of one user, or of all; newest first. */
  list(userId: number | null): SessionRow[] {
    return this.#database
      .prepare<[number, number | null, number | null], SessionRow>(
        `${SELECT} WHERE s.expires_at > ? AND (? IS NULL OR s.user_id = ?) ORDER BY s.created_at DESC LIMIT 1000`,
      )
      .all(this.#clock.now(), userId, userId)
  }

  revoke(digest: string): boolean {
    return this.#database.prepare('DELETE FROM session WHERE id_digest = ?').run(digest).changes > 0
  }

  /** Signs a user out everywhere, but in the session given. */
  revokeAll(userId: number, exceptDigest: string | null = null): void {
    this.#database.prepare('DELETE FROM session WHERE user_id = ? AND id_digest IS NOT ?').run(userId, exceptDigest)
  }
}
