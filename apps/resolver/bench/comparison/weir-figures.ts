/** Weir's single figures, worded for the report and set beside the targets of design section 10. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type Figure, megabytes, milliseconds } from './report.ts'
import { measureRules } from './rule-edits.ts'
import type { LoadMaker } from './throughput.ts'
import type { Weir } from './weir.ts'
import { type ImportFigures, measureReplacement } from './weir-tasks.ts'

/** Longer than the replacement of a million names takes beside the load. */
const REPLACEMENT_SECONDS = 10

export function storageFigures(imported: ImportFigures, dataFolder: string): Figure[] {
  const { effectMs, responseMs, names, storedOctets, peakResidentOctets } = imported
  const databaseOctets = ['weir.db', 'weir.db-wal'].reduce(
    (sum, file) => sum + statSync(join(dataFolder, file)).size,
    0,
  )
  return [
    {
      what: `weir: import of ${names.toLocaleString('en')} hosts lines until it acts`,
      value: milliseconds(effectMs),
      target: '≤ 5000 ms',
    },
    { what: 'weir: import until the response', value: milliseconds(responseMs), target: '' },
    { what: 'weir: resolver’s peak during the import', value: megabytes(peakResidentOctets), target: '' },
    {
      what: 'weir: names per GB of list chunks',
      value: `${Math.round((names * 1000) / storedOctets)} M (${(storedOctets / names).toFixed(2)} octets a name)`,
      target: '≥ 150 M',
    },
    {
      what: 'weir: weir.db and its WAL after the import',
      value: megabytes(databaseOctets),
      target: '',
    },
  ]
}

export async function ruleFigures(weir: Weir, count: number, load: LoadMaker): Promise<Figure[]> {
  const quiet = await measureRules(weir, count, 'quiet')
  const [busy] = await Promise.all([
    measureRules(weir, count, 'busy'),
    load.atFullSpeed({ port: weir.dnsPort, workload: 'blocked', round: 0 }),
  ])
  const spread = (figures: typeof quiet): string => `${milliseconds(figures.medianMs)} / ${milliseconds(figures.p99Ms)}`
  return [
    { what: 'weir: rule saved until it acts, quiet, median / p99', value: spread(quiet), target: '' },
    { what: 'weir: the same at full load', value: spread(busy), target: 'p99 ≤ 50 ms' },
    {
      what: 'weir: rule saved until the response, quiet, median',
      value: milliseconds(quiet.responseMedianMs),
      target: '',
    },
    {
      what: 'weir: responses before the rule acted',
      value: String(quiet.brokenPromises + busy.brokenPromises),
      target: '0',
    },
  ]
}

export async function replacementFigures(
  weir: Weir,
  replace: () => Promise<ImportFigures>,
  load: LoadMaker,
): Promise<Figure[]> {
  const request = { port: weir.dnsPort, workload: 'cached', round: 0, seconds: REPLACEMENT_SECONDS } as const
  const figures = await measureReplacement(weir, replace, () => load.atFixedRate(request))
  const ratio = figures.peakResidentOctets / figures.residentOctetsBefore
  return [
    {
      what: 'weir: queries lost while the list is replaced',
      value: `${figures.lost} of ${figures.sent.toLocaleString('en')}`,
      target: '0',
    },
    {
      what: 'weir: p99 quiet / while the list is replaced',
      value: `${milliseconds(figures.quietP99Ms)} / ${milliseconds(figures.p99Ms)}`,
      target: '≤ 2 ×',
    },
    {
      what: 'weir: peak memory while the list is replaced',
      value: `${megabytes(figures.peakResidentOctets)}, ${ratio.toFixed(2)} ×`,
      target: '≤ 1.3 ×',
    },
  ]
}
