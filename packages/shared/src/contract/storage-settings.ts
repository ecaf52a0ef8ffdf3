/** Memory for names, and what SQLite is told about its files: section `storage` of the settings. */
import { z } from 'zod'

const KIB = 1024
const MIB = 1024 ** 2
const GIB = 1024 ** 3

export const StorageSettings = z.strictObject({
  rulesMemoryOctets: z
    .int()
    .min(64 * KIB)
    .max(64 * GIB)
    .meta({
      description:
        'memory for the names of all lists; beyond it names lie on disk behind a filter that takes what is left of it',
    }),
  keptResults: z
    .int()
    .min(100)
    .max(10_000_000)
    .meta({ description: 'results of names on disk that each query worker keeps' }),
  tierCacheOctets: z
    .int()
    .min(64 * KIB)
    .max(4 * GIB)
    .meta({ description: "SQLite's page cache for names on disk, for each query worker" }),
  tierMmapOctets: z
    .int()
    .min(0)
    .max(1024 * GIB)
    .meta({ description: 'of the names on disk, read through a memory mapping; 0: none' }),
  databaseCacheOctets: z
    .int()
    .min(64 * KIB)
    .max(4 * GIB)
    .meta({ description: "SQLite's page cache for weir.db and for log.db, each" }),
  databaseMmapOctets: z
    .int()
    .min(0)
    .max(64 * GIB)
    .meta({ description: 'of weir.db and of log.db, read through a memory mapping; 0: none' }),
  checkpointPages: z
    .int()
    .min(10)
    .max(1_000_000)
    .meta({ description: 'pages in the WAL of weir.db after which a commit moves them into the file' }),
  logCheckpointPages: z.int().min(10).max(1_000_000).meta({ description: 'the same for log.db' }),
  journalLimitOctets: z
    .int()
    .min(0)
    .max(64 * GIB)
    .meta({ description: 'what a WAL file is cut to after a checkpoint that has emptied it' }),
})
export type StorageSettings = z.infer<typeof StorageSettings>

export const DEFAULT_STORAGE_SETTINGS: StorageSettings = {
  rulesMemoryOctets: 256 * MIB,
  keptResults: 50_000,
  tierCacheOctets: 4 * MIB,
  tierMmapOctets: 0,
  databaseCacheOctets: 8 * MIB,
  databaseMmapOctets: 0,
  checkpointPages: 1000,
  logCheckpointPages: 4000,
  journalLimitOctets: 64 * MIB,
}
