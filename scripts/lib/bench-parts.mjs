/** The parts of `npm run bench`: what each starts, needs, takes and says of itself in `--help`. */

/** @typedef {{ entry: string[], followedBy?: string[][], needs: 'peers' | 'tools' | 'nothing', minutes: string, options: string[], about: string }} BenchPart */

const ALL = ['write', 'smoke', 'out']
const part = (name, minutes, options, about, needs = 'tools') => ({
  entry: ['run-part.ts', name],
  needs,
  minutes,
  options: [...options, ...ALL],
  about,
})

/** @type {Record<string, BenchPart>} */
export const BENCH_PARTS = {
  peers: {
    entry: ['compare-servers.ts'],
    needs: 'peers',
    minutes: '17',
    options: ['rounds', 'seconds', 'names', ...ALL],
    about: 'beside unbound, dnsdist, PowerDNS Recursor, Knot Resolver and dnsmasq (when no part is named)',
  },
  micro: {
    entry: ['parser-and-cache.ts'],
    followedBy: [['rule-index.ts'], ['patterns.ts'], ['log-writer.ts']],
    needs: 'nothing',
    minutes: '3',
    options: [],
    about: 'parser, response cache, rule index, decisions, expressions and log writer alone, without a network',
  },
  workers: part('workers', '2', ['seconds', 'names'], 'one query worker and two: queries a second, memory'),
  misses: part('misses', '1', ['seconds', 'names'], 'names never asked before: what a question to upstream costs'),
  tcp: part('tcp', '1', ['seconds', 'names'], 'cached and blocked names over TCP beside UDP'),
  'open-loop': part('open-loop', '1', ['seconds', 'names'], 'latency at 10, 50 and 100 thousand queries a second'),
  real: part('real', '1', ['seconds', 'data'], 'names and lists that nobody made up for it, from a folder'),
  reload: part(
    'reload',
    '5',
    ['seconds', 'names'],
    'a list is replaced at 20,000 queries a second, by Weir and by the peers that can',
    'peers',
  ),
  refresh: part('refresh', '2', ['names'], 'four lists replaced at once: memory at the peak'),
  edits: part('edits', '1', ['seconds', 'names'], 'rules saved and deleted at full load: until they act'),
  scale: part('scale', '4', [], '1, 2, 5 and 10 million names: memory, start, look-ups, import, disk'),
  'scale-tier': {
    entry: ['scale-tier.ts'],
    needs: 'nothing',
    minutes: '5',
    options: ['names', 'budget', 'folder'],
    about: '100 million names on disk, whatever the budget for memory: making, memory, start, answers; 2 GB of disk',
  },
  soak: part(
    'soak',
    '--minutes',
    ['minutes', 'names'],
    'full load with rule edits and list reloads: does memory come to rest?',
  ),
  policy: part(
    'policy',
    '6',
    ['seconds', 'names'],
    'groups, clients, schedules, lists and expressions beside none, and beside dnsdist',
    'peers',
  ),
  'what-if': part('what-if', '2', ['names'], 'changes tried on a million distinct questions: until the result'),
  pages: part(
    'pages',
    '4',
    [],
    "what the console's pages ask for, of ten million logged queries: until the first rows",
  ),
}

const OPTIONS = {
  rounds: ['--rounds n', 'interleaved rounds; the table has their medians   (5)'],
  seconds: ['--seconds n', 'of each load   (peers: 4, others: 5)'],
  names: ['--names n', 'names in the block list   (1000000; scale-tier: 100000000)'],
  budget: ['--budget n', 'MB of memory for names   (256)'],
  folder: ['--folder path', 'where names on disk are made, and found again   (node_modules/.cache/weir/scale)'],
  minutes: ['--minutes n', 'of the soak   (10)'],
  data: ['--data folder', 'with names/*.txt, a name a line, most asked first, and lists/*   (../shared/data)'],
  out: ['--out folder', 'where the figures go, as JSON and Markdown   (node_modules/.cache/weir/bench)'],
  write: ['--write', 'puts the tables into docs/benchmarks.md too'],
  smoke: ['--smoke', '10,000 names, no peers, no load: shows in seconds that it still runs'],
}

/** The text of `--help`. */
export function benchUsage() {
  const wide = Math.max(...Object.keys(BENCH_PARTS).map((name) => name.length))
  const parts = Object.entries(BENCH_PARTS).map(([name, { minutes, about, options }]) => {
    const takes = options.filter((option) => !ALL.includes(option)).map((option) => `--${option}`)
    const time = /^\d/.test(minutes) ? `some ${minutes} min` : 'as long as --minutes says'
    return `  ${name.padEnd(wide)}  ${about}\n  ${''.padEnd(wide)}    ${[time, ...takes].join(', ')}`
  })
  const options = Object.values(OPTIONS).map(([option, about]) => `  ${option.padEnd(14)} ${about}`)
  return [
    'Usage: npm run bench [-- part] [options]',
    '',
    'Measures on this machine, over loopback, and prints tables. Nothing else should run meanwhile. All but micro and scale-tier need Linux,',
    'two cores, and nsd and dnsperf from Debian, which are installed where that may be; the peers too, where a part has them.',
    '',
    'Parts, with the options that each takes beside --write, --smoke and --out (micro and scale-tier take none):',
    '',
    ...parts,
    '',
    'Options:',
    '',
    ...options,
  ].join('\n')
}

/** @returns why the part does not take these options, or undefined */
export function refusedOption(name, args) {
  const { options } = BENCH_PARTS[name]
  const refused = args
    .filter((arg) => arg.startsWith('--'))
    .map((arg) => arg.slice(2).split('=')[0])
    .find((option) => !options.includes(option))
  return refused === undefined ? undefined : `${name} has no option '--${refused}': see --help`
}
