/** All SQL of the user administration. */

import type { Role, User } from '@weir/shared/contract/auth'
import type { Database } from '@weir/shared/db/open-database'
import type { z } from 'zod'

export type UserRow = z.infer<typeof User>

const COLUMNS = 'id, revision AS version, name, role, created_at AS createdAt, last_sign_in_at AS lastSignInAt'

export class UserRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  all(): UserRow[] {
    return this.#database.prepare<[], UserRow>(`SELECT ${COLUMNS} FROM user ORDER BY name`).all()
  }

  find(id: number): UserRow | undefined {
    return this.#database.prepare<[number], UserRow>(`SELECT ${COLUMNS} FROM user WHERE id = ?`).get(id)
  }

  /** Names are the same without regard to case. */
  findName(name: string): number | undefined {
    return this.#database.prepare<[string], number>('SELECT id FROM user WHERE name = ?').pluck().get(name)
  }

  administrators(): number {
    return this.#database.prepare<[], number>(`SELECT count(*) FROM user WHERE role = 'admin'`).pluck().get() ?? 0
  }

  insert(name: string, passwordHash: string, role: Role, at: number, revision: number): number {
    return Number(
      this.#database
        .prepare('INSERT INTO user (name, password_hash, role, created_at, revision) VALUES (?, ?, ?, ?, ?)')
        .run(name, passwordHash, role, at, revision).lastInsertRowid,
    )
  }

  touch(id: number, revision: number): void {
    this.#database.prepare('UPDATE user SET revision = ? WHERE id = ?').run(revision, id)
  }

  setRole(id: number, role: Role): void {
    this.#database.prepare('UPDATE user SET role = ? WHERE id = ?').run(role, id)
  }

  setPassword(id: number, passwordHash: string): void {
    this.#database.prepare('UPDATE user SET password_hash = ? WHERE id = ?').run(passwordHash, id)
  }

  delete(id: number): void {
    this.#database.prepare('DELETE FROM user WHERE id = ?').run(id)
  }
}
