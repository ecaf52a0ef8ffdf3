/** The command line: what the API can do with files. Exit codes: 0 done or nothing to do, 1 it cannot be, 2 a plan has changes. */
import '@weir/shared/node-guard'
import { run } from './run.ts'

process.exitCode = await run(process.argv.slice(2), process.env)
