/** Bearer tokens: WEIR_ADMIN_TOKEN and those of the token table, found by digest. */
import type { Clock } from '@weir/shared/clock'
import type { Role } from '@weir/shared/contract/auth'
import type { Database } from '@weir/shared/db/open-database'
import { digestOf, equalSecrets } from './secrets.ts'

export interface TokenIdentity {
  readonly name: string
  readonly role: Role
}

const USED_INTERVAL_MS = 60_000

export class TokenCheck {
  readonly #database: Database
  readonly #clock: Clock
  readonly #adminToken: string | undefined

  constructor(database: Database, clock: Clock, adminToken: string | undefined) {
    this.#database = database
    this.#clock = clock
    this.#adminToken = adminToken
  }

  /** Who a token stands for; undefined when it is unknown or has expired. */
  find(secret: string): TokenIdentity | undefined {
    if (this.#adminToken !== undefined && equalSecrets(secret, this.#adminToken))
      return { name: 'token:WEIR_ADMIN_TOKEN', role: 'admin' }
    const now = this.#clock.now()
    // Looked up by digest: what an index comparison may leak is of the digest, not of the token.
    const row = this.#database
      .prepare<[string, number], { id: number; name: string; role: Role; lastUsedAt: number | null }>(
        `SELECT id, name, role, last_used_at AS lastUsedAt FROM token
         WHERE digest = ? AND (expires_at IS NULL OR expires_at > ?)`,
      )
      .get(digestOf(secret), now)
    if (!row) return undefined
    if (row.lastUsedAt === null || now - row.lastUsedAt >= USED_INTERVAL_MS)
      this.#database.prepare('UPDATE token SET last_used_at = ? WHERE id = ?').run(now, row.id)
    return { name: `token:${row.name}`, role: row.role }
  }
}
