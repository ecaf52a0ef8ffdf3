/** Asks SQLite whether a file is sound. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { IntegrityRequest, IntegrityResult } from '@weir/shared/contract/system'
import type { z } from 'zod'
import { messageOf } from '../../lib/api-error.ts'
import { formatMs } from '../../lib/format.ts'
import { http } from '../../lib/http.ts'
import { Button } from '../../ui/button.tsx'
import styles from './database.module.css'

export function IntegrityCheck({ database }: { readonly database: 'weir' | 'log' }) {
  const client = useQueryClient()
  const check = useMutation({
    mutationFn: (body: z.input<typeof IntegrityRequest>) =>
      http.post<z.infer<typeof IntegrityResult>>('/database/integrity', body),
    onSettled: () => client.invalidateQueries({ queryKey: ['database'] }),
  })
  const { data, error } = check
  return (
    <div className={styles.block}>
      <h3 className={styles.heading}>Integrity</h3>
      <div className={styles.buttons}>
        <Button
          size="small"
          isBusy={check.isPending && check.variables?.quick === true}
          disabled={check.isPending}
          onClick={() => check.mutate({ database, quick: true })}
        >
          Quick check
        </Button>
        <Button
          size="small"
          isBusy={check.isPending && check.variables?.quick === false}
          disabled={check.isPending}
          onClick={() => check.mutate({ database, quick: false })}
        >
          Full check
        </Button>
      </div>
      <p className={styles.outcome} role="status" data-bad={error !== null || data?.ok === false || undefined}>
        {check.isPending
          ? 'Reading the whole file; DNS and the console go on meanwhile.'
          : error
            ? `Not done: ${messageOf(error)}`
            : data
              ? data.ok
                ? `Sound, ${formatMs(data.durationMs)}`
                : data.messages.join('; ')
              : 'The quick check skips the comparison of indexes with their tables.'}
      </p>
    </div>
  )
}
