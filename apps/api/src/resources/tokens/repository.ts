/** All SQL of the token administration. */

import type { Role, Token } from '@weir/shared/contract/auth'
import type { Database } from '@weir/shared/db/open-database'
import type { z } from 'zod'

export type TokenRow = z.infer<typeof Token>

export interface NewToken {
  readonly name: string
  readonly role: Role
  readonly expiresAt: number | null
  readonly digest: string
  readonly prefix: string
  readonly createdAt: number
  readonly createdBy: string
}

const COLUMNS = `id, name, role, prefix, created_at AS createdAt, expires_at AS expiresAt, last_used_at AS lastUsedAt,
  created_by AS createdBy`

export class TokenRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  all(): TokenRow[] {
    return this.#database.prepare<[], TokenRow>(`SELECT ${COLUMNS} FROM token ORDER BY id`).all()
  }

  find(id: number): TokenRow | undefined {
    return this.#database.prepare<[number], TokenRow>(`SELECT ${COLUMNS} FROM token WHERE id = ?`).get(id)
  }

  count(): number {
    return this.#database.prepare<[], number>('SELECT count(*) FROM token').pluck().get() ?? 0
  }

  insert(token: NewToken): TokenRow {
    const { lastInsertRowid } = this.#database
      .prepare(
        `INSERT INTO token (name, digest, prefix, role, created_at, expires_at, created_by)
         VALUES (@name, @digest, @prefix, @role, @createdAt, @expiresAt, @createdBy)`,
      )
      .run(token)
    return this.find(Number(lastInsertRowid))!
  }

  delete(id: number): void {
    this.#database.prepare('DELETE FROM token WHERE id = ?').run(id)
  }
}
