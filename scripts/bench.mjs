/** `npm run bench`: sets up what is missing, then measures Weir, beside its peers or part by part (docs/benchmarks.md). */
import { BENCH_PARTS, benchUsage, refusedOption } from './lib/bench-parts.mjs'
import { ensureBenchTools } from './lib/debian-tools.mjs'
import { ensureBuilt, ensureInstalled, nodePath, root, run, SetUpError } from './lib/set-up.mjs'

/** Nine tenths of it are names on their way into a file. */
const HEAP = '--max-old-space-size=6144'

/** @returns the exit code of the first that fails, or 0 */
function start({ entry, followedBy }, options) {
  for (const [file, ...args] of [entry, ...(followedBy ?? [])]) {
    const node = ['--conditions=source', '--disable-warning=ExperimentalWarning', HEAP]
    const code = run(nodePath(), [...node, `apps/resolver/bench/${file}`, ...args, ...options], { cwd: root })
    if (code !== 0) return code
  }
  return 0
}

function bench(args) {
  const [name, options] = args[0]?.startsWith('--') === false ? [args[0], args.slice(1)] : ['peers', args]
  if (!Object.hasOwn(BENCH_PARTS, name))
    throw new SetUpError(
      `there is no part '${name}': ${Object.keys(BENCH_PARTS).join(', ')} are the ones to choose from`,
    )
  const refused = refusedOption(name, options)
  if (refused) throw new SetUpError(refused)
  const part = BENCH_PARTS[name]
  ensureInstalled()
  if (part.needs !== 'nothing' && !options.includes('--smoke')) ensureBenchTools(part.needs === 'peers')
  ensureBuilt()
  return start(part, options)
}

try {
  const args = process.argv.slice(2)
  if (args.includes('--help') || args.includes('-h')) console.log(benchUsage())
  else process.exitCode = bench(args)
} catch (error) {
  if (!(error instanceof SetUpError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
