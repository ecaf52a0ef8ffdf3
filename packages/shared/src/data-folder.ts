/** Makes the data folder. Not by `mkdir` with `recursive`: below /proc, which lets nothing be made, that never ends. */
import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { fail, ok, type Result } from './result.ts'

/** Passwords' hashes, the log and the control socket lie in it: its owner's alone. A folder that is there keeps its mode. */
const OWNER_ONLY = 0o700

/** @param path absolute @returns one line that names the setting, where the folder cannot be made */
export function makeDataFolder(path: string): Result<void, string> {
  try {
    makeFolder(path)
    return ok(undefined)
  } catch (error) {
    return fail(`WEIR_DATA_DIR: ${(error as Error).message}`)
  }
}

/**
 * Asked only once a file in it could not be opened: a resolver that has what the last run left can do without writing.
 * @returns one line that names the setting, or undefined where files can be made in the folder
 */
export function whyNotWritable(path: string): string | undefined {
  try {
    accessSync(path, constants.W_OK | constants.X_OK)
    return undefined
  } catch (error) {
    const isReadOnly = (error as NodeJS.ErrnoException).code === 'EROFS'
    return `WEIR_DATA_DIR: ${path} ${isReadOnly ? 'is on a file system that is read-only' : 'may not be written to by this user'}`
  }
}

/** Goes up to the first folder that is there, and makes those below it. @throws Error from the system */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  const parent = dirname(path)
  if (parent !== path) makeFolder(parent)
  mkdirSync(path, { mode: OWNER_ONLY })
}
