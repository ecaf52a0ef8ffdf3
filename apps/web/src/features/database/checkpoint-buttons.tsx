/** A button for each mode of checkpoint, what it means, and what the last press did. */
import type { CHECKPOINT_MODES } from '@weir/shared/contract/system'
import { describeCheckpoint, useCheckpoint } from '../../lib/api/database.ts'
import { messageOf } from '../../lib/api-error.ts'
import { formatMs } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import styles from './database.module.css'

type Mode = (typeof CHECKPOINT_MODES)[number]

const MODES: readonly (readonly [mode: Mode, label: string, meaning: string])[] = [
  ['passive', 'Passive', 'Moves what it can without waiting for anybody'],
  ['full', 'Full', 'Waits for writers, then moves everything'],
  ['restart', 'Restart', 'As full, and the WAL starts over at its beginning'],
  ['truncate', 'Truncate', 'As restart, and the WAL file is cut to nothing'],
]

export function CheckpointButtons({ database }: { readonly database: 'weir' | 'log' }) {
  const checkpoint = useCheckpoint()
  const { data, error, variables } = checkpoint
  return (
    <div className={styles.block}>
      <h3 className={styles.heading}>Checkpoint</h3>
      <div className={styles.buttons}>
        {MODES.map(([mode, label, meaning]) => (
          <Button
            key={mode}
            size="small"
            title={meaning}
            disabled={checkpoint.isPending}
            isBusy={checkpoint.isPending && variables?.mode === mode}
            onClick={() => checkpoint.mutate({ mode, database })}
          >
            {label}
          </Button>
        ))}
      </div>
      <p className={styles.outcome} role="status" data-bad={error !== null || data?.busy || undefined}>
        {error
          ? `Not done: ${messageOf(error)}`
          : data && variables
            ? `${variables.mode}: ${describeCheckpoint(data)}, ${formatMs(data.durationMs)}`
            : 'Moves what the WAL holds into the database file.'}
      </p>
    </div>
  )
}
