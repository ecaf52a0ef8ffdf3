/** Where the SQL files lie: beside this module, which is why no bundle takes it in. */
export const MIGRATION_FOLDERS = {
  weir: new URL('../../migrations/weir/', import.meta.url),
  log: new URL('../../migrations/log/', import.meta.url),
} as const
