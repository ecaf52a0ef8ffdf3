/** Parts of a whole in one bar. Greys only: the parts have no outcome, so they have no hue. */
import styles from './stacked-bar.module.css'

export interface BarPart {
  readonly label: string
  readonly value: number
  readonly text: string
}

export function StackedBar({ label, parts }: { readonly label: string; readonly parts: readonly BarPart[] }) {
  const total = parts.reduce((sum, part) => sum + part.value, 0) || 1
  const summary = parts.map((part) => `${part.label} ${part.text}`).join(', ')
  return (
    <div>
      <div className={styles.bar} role="img" aria-label={`${label}: ${summary}`}>
        {parts.map((part, index) => (
          <span
            key={part.label}
            className={styles.part}
            data-part={index + 1}
            style={{ width: `${(part.value / total) * 100}%` }}
          />
        ))}
      </div>
      <dl className={styles.legend}>
        {parts.map((part, index) => (
          <div key={part.label} className={styles.entry}>
            <dt>
              <span className={styles.swatch} data-part={index + 1} aria-hidden />
              {part.label}
            </dt>
            <dd>{part.text}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
