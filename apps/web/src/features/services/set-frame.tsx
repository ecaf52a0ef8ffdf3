/** What the drawers of a service, of a category and of a search engine share: the frame, for whom, and whether it acts. */
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { groupsQuery } from '../../lib/api/groups.ts'
import { schedulesQuery } from '../../lib/api/schedules.ts'
import type { TermInput, Terms } from '../../lib/terms.ts'
import { Button } from '../../ui/button.tsx'
import { Drawer } from '../../ui/drawer.tsx'
import { TermFields } from '../../ui/term-fields.tsx'
import { Switch } from '../../ui/toggle.tsx'
import styles from './services.module.css'

interface SetFrameProps {
  readonly title: string
  readonly isBusy: boolean
  readonly onClose: () => void
  readonly onSave: () => void
  readonly children: ReactNode
}

export const SetFrame = ({ title, isBusy, onClose, onSave, children }: SetFrameProps) => (
  <Drawer
    isOpen
    onClose={onClose}
    title={title}
    footer={
      <>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="strong" onClick={onSave} isBusy={isBusy}>
          Save
        </Button>
      </>
    }
  >
    <div className={styles.form}>{children}</div>
  </Drawer>
)

interface SetTermsProps<T> {
  readonly value: T
  readonly onChange: (change: TermInput | { readonly shadow: boolean }) => void
}

/** For whom and when, and whether it acts. */
export function SetTerms({ value, onChange }: SetTermsProps<Terms & { readonly shadow: boolean }>) {
  const groups = useQuery(groupsQuery).data?.items ?? []
  const schedules = useQuery(schedulesQuery).data?.items ?? []
  return (
    <>
      <TermFields value={value} groups={groups} schedules={schedules} onChange={onChange} />
      <Switch
        label="Only record what it would do"
        help={value.shadow ? 'It changes no answer; the log says what it would have done.' : 'It acts.'}
        checked={value.shadow}
        onChange={(shadow) => onChange({ shadow })}
      />
    </>
  )
}

export const termsOf = ({ groups, schedule, perGroup }: Terms): TermInput => ({
  groups: [...groups],
  schedule,
  perGroup: [...perGroup],
})
