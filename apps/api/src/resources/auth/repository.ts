/** Users' passwords and the set-up code, as signing in needs them. */
import type { Role } from '@weir/shared/contract/auth'
import type { Database } from '@weir/shared/db/open-database'

export interface UserSecrets {
  readonly id: number
  readonly name: string
  readonly role: Role
  readonly passwordHash: string
}

export class AuthRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  findUser(name: string): UserSecrets | undefined {
    return this.#database
      .prepare<[string], UserSecrets>('SELECT id, name, role, password_hash AS passwordHash FROM user WHERE name = ?')
      .get(name)
  }

  signedIn(userId: number, at: number): void {
    this.#database.prepare('UPDATE user SET last_sign_in_at = ? WHERE id = ?').run(at, userId)
  }

  setPassword(userId: number, passwordHash: string): void {
    this.#database.prepare('UPDATE user SET password_hash = ? WHERE id = ?').run(passwordHash, userId)
  }

  /** Digest of the set-up code; undefined once Weir is set up. */
  setUpDigest(): string | undefined {
    return this.#database.prepare<[], string>('SELECT code_digest FROM set_up').pluck().get()
  }

  /** Ends set-up with its first administrator. Inside a transaction. */
  createAdministrator(name: string, passwordHash: string, at: number): number {
    const { lastInsertRowid } = this.#database
      .prepare(`INSERT INTO user (name, password_hash, role, created_at) VALUES (?, ?, 'admin', ?)`)
      .run(name, passwordHash, at)
    this.#database.prepare('DELETE FROM set_up').run()
    return Number(lastInsertRowid)
  }
}
