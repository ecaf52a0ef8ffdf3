/** `npm run bench`: sets up what is missing, then measures Weir beside its peers, or its parts one by one (docs/benchmarks.md). */
import { ensureBenchTools } from './lib/debian-tools.mjs'
import { ensureBuilt, ensureInstalled, nodePath, root, run, SetUpError } from './lib/set-up.mjs'

const USAGE = `Usage: npm run bench [-- part] [options]

Measures on this machine, over loopback, and prints tables. Nothing else should run meanwhile.

  peers          Weir beside unbound, dnsdist, PowerDNS Recursor, Knot Resolver and dnsmasq (when no part is named).
                 Needs Linux, two cores, and nsd and dnsperf from Debian; they and the peers are installed where it may.
                 Some twelve minutes and up to 4 GB of memory
  micro          rule index, decisions and log writer alone, without a network; some minutes, no options

Options of peers:

  --rounds n     interleaved rounds; the table has their medians   (3)
  --seconds n    of full load for each server, workload and round   (4)
  --names n      names in the block list   (1000000)
  --out folder   where benchmark.json and benchmark.md go   (node_modules/.cache/weir/bench)
  --write        puts the tables into docs/benchmarks.md too
  --smoke        10,000 names, no peers, no load: shows in seconds that it still runs`

/** What each part starts, one after the other. */
const PARTS = { peers: ['compare-servers.ts'], micro: ['rule-index.ts', 'log-writer.ts'] }

/** @returns the exit code of the first that fails, or 0 */
function start(part, options) {
  for (const entry of PARTS[part]) {
    const args = ['--conditions=source', '--disable-warning=ExperimentalWarning', `apps/resolver/bench/${entry}`]
    const code = run(nodePath(), [...args, ...options], { cwd: root })
    if (code !== 0) return code
  }
  return 0
}

try {
  const args = process.argv.slice(2)
  if (args.includes('--help') || args.includes('-h')) {
    console.log(USAGE)
  } else {
    const [part, options] = args[0]?.startsWith('--') === false ? [args[0], args.slice(1)] : ['peers', args]
    if (!Object.hasOwn(PARTS, part))
      throw new SetUpError(`there is no part '${part}': ${Object.keys(PARTS).join(', ')} are the ones to choose from`)
    if (part === 'micro' && options.length > 0) throw new SetUpError(`micro has no options: '${options.join(' ')}'`)
    ensureInstalled()
    if (part === 'peers' && !options.includes('--smoke')) ensureBenchTools()
    ensureBuilt()
    process.exitCode = start(part, options)
  }
} catch (error) {
  if (!(error instanceof SetUpError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
