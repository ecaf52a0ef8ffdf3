/** `npm run bench`: sets up what is missing, then measures Weir beside unbound and dnsmasq (docs/benchmarks.md). */
import { ensureBenchTools } from './lib/debian-tools.mjs'
import { ensureBuilt, ensureInstalled, nodePath, root, run, SetUpError } from './lib/set-up.mjs'

const USAGE = `Usage: npm run bench [-- options]

Measures Weir beside unbound and dnsmasq on this machine, over loopback, and prints a table.
Needs Linux, two cores, and unbound, dnsmasq, nsd and dnsperf from Debian (installed where it may).
Takes some six minutes and up to 2 GB of memory. Nothing else should run meanwhile.

  --rounds n     interleaved rounds; the table has their medians   (3)
  --seconds n    of full load for each server, workload and round   (4)
  --names n      names in the block list   (1000000)
  --out folder   where benchmark.json and benchmark.md go   (node_modules/.cache/weir/bench)
  --smoke        10,000 names, no peers, no load: shows in seconds that it still runs`

try {
  const args = process.argv.slice(2)
  if (args.includes('--help') || args.includes('-h')) {
    console.log(USAGE)
  } else {
    ensureInstalled()
    if (!args.includes('--smoke')) ensureBenchTools()
    ensureBuilt()
    const entry = 'apps/resolver/bench/compare-servers.ts'
    process.exitCode = run(
      nodePath(),
      ['--conditions=source', '--disable-warning=ExperimentalWarning', entry, ...args],
      {
        cwd: root,
      },
    )
  }
} catch (error) {
  if (!(error instanceof SetUpError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
