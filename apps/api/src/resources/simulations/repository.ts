import type { Database } from '@weir/shared/db/open-database'

/** Addresses whose reverse name is `name`, as far as they have been looked up. */
export const addressesNamed = (database: Database, name: string): string[] =>
  database.prepare('SELECT address FROM known_client WHERE reverse_name = ?').pluck().all(name) as string[]
