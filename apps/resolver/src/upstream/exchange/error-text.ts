/** The system's code of an error, else its text: what an administrator can look up. */
export const errorText = (error: unknown): string =>
  errorCode(error) || (error instanceof Error ? error.message : String(error))

/** As in EADDRINUSE; empty when it is no system's error. */
export const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''
