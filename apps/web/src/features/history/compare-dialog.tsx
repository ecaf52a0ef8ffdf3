/** Two revisions beside each other. */
import { useQuery } from '@tanstack/react-query'
import type { Comparison } from '@weir/shared/contract/history'
import { useState } from 'react'
import { plural } from '../../lib/format.ts'
import { apiUrl, http } from '../../lib/http.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/drawer.tsx'
import { TextInput } from '../../ui/field.tsx'
import { LinkButton } from '../../ui/link-button.tsx'
import { Loaded, Skeleton } from '../../ui/states.tsx'
import styles from './history.module.css'
import { StepList } from './step-list.tsx'

interface CompareDialogProps {
  /** As in `12-40`; `12-`: with now; `-`: none yet. */
  readonly range: string
  readonly onRange: (range: string) => void
  readonly onClose: () => void
}

export function CompareDialog({ range, onRange, onClose }: CompareDialogProps) {
  const [first = '', second = ''] = range.split('-')
  const [from, setFrom] = useState(first)
  const [to, setTo] = useState(second)
  const params = { from: Number(first), to: second === '' ? undefined : Number(second) }
  const isAsked = /^\d+$/.test(first) && /^\d*$/.test(second)
  const comparison = useQuery({
    queryKey: ['compare', range],
    queryFn: ({ signal }) => http.get<Comparison>('/revisions/compare', params, signal),
    enabled: isAsked,
    retry: false,
  })
  const isValid = /^\d+$/.test(from) && /^\d*$/.test(to)
  return (
    <Dialog
      isOpen
      size={720}
      onClose={onClose}
      title="Compare two revisions"
      footer={
        <>
          {comparison.data && (
            <LinkButton href={apiUrl('/revisions/compare', { ...params, format: 'text' })} download>
              Download as text
            </LinkButton>
          )}
          <Button onClick={onClose}>Close</Button>
        </>
      }
    >
      <form
        className={styles.compare}
        onSubmit={(event) => {
          event.preventDefault()
          if (isValid) onRange(`${from}-${to}`)
        }}
      >
        <TextInput label="From revision" value={from} onChange={setFrom} data-autofocus />
        <TextInput label="To (empty: now)" value={to} onChange={setTo} />
        <Button type="submit" disabled={!isValid}>
          Compare
        </Button>
      </form>
      {isAsked && (
        <Loaded query={comparison} failure="These cannot be compared" skeleton={<Skeleton rows={6} />}>
          {(data) => (
            <>
              <p className={styles.meta} role="status">
                {data.total === 0
                  ? `Revision ${data.from} and ${data.to} are the same`
                  : `${plural(data.total, 'thing differs', 'things differ')} after ${plural(data.changes, 'change')}, revision ${data.from} to ${data.to}`}
              </p>
              <StepList steps={data.things} total={data.total} />
            </>
          )}
        </Loaded>
      )}
    </Dialog>
  )
}
