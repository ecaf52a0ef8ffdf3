/** Lines that were not understood, by number and reason. */
import type { RejectedLine } from '@weir/shared/contract/rejected-lines'
import { formatCount } from '../lib/format.ts'
import styles from './rejected-table.module.css'

/** More than these are read by nobody. */
const SHOWN = 200

export function RejectedTable({ lines, total }: { readonly lines: readonly RejectedLine[]; readonly total: number }) {
  if (lines.length === 0) return null
  const shown = lines.slice(0, SHOWN)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
    <section className={styles.region} tabIndex={0} aria-label="Lines that were not understood">
      <table>
        <thead>
          <tr>
            <th scope="col">Line</th>
            <th scope="col">Text</th>
            <th scope="col">Reason</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((line) => (
            <tr key={`${line.line} ${line.text}`}>
              <td>{formatCount(line.line)}</td>
              <td className="mono">{line.text}</td>
              <td>{line.reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {total > shown.length && (
        <p>
          The first {SHOWN} of {formatCount(total)}.
        </p>
      )}
    </section>
  )
}
