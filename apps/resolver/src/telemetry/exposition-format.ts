/** Prometheus' text exposition format 0.0.4: a head for each metric, a line for each of its series. */

export type Labels = Readonly<Record<string, string>>
export type Series = readonly [labels: Labels, value: number]
type MetricType = 'counter' | 'gauge' | 'histogram'

/** What a metric begins with; its lines follow. */
export const metricHead = (name: string, type: MetricType, help: string): string =>
  `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`

/** A metric whole, with a line for each series. */
export const metric = (name: string, type: MetricType, help: string, series: readonly Series[]): string =>
  metricHead(name, type, help) + series.map(([labels, value]) => line(name, labels, value)).join('')

/** One series: for metrics whose lines have other names than the metric, as a histogram's. */
export function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`)
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`
}

const escapeLabel = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
