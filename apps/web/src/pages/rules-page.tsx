/** Own rules: the table, the drawer of one, the import. All of it lives in the address bar. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { ImportDialog } from '../features/rules/import-dialog.tsx'
import { RuleEditor } from '../features/rules/rule-editor.tsx'
import type { RuleFilter } from '../features/rules/rule-filter.ts'
import { RuleActions, RuleList } from '../features/rules/rule-list.tsx'
import { PageHeader } from '../ui/panel.tsx'
import styles from './full-height.module.css'

export function RulesPage() {
  const filter = useSearch({ from: '/shell/rules' })
  const navigate = useNavigate()
  const change = (patch: RuleFilter) =>
    void navigate({ to: '/rules', search: { ...filter, ...patch }, replace: patch.edit === undefined })
  const close = () => change({ edit: undefined, pattern: undefined, import: undefined })
  return (
    <div className={styles.page}>
      <PageHeader title="Rules" actions={<RuleActions onFilter={change} />} />
      <RuleList filter={filter} onFilter={change} />
      <RuleEditor id={filter.edit} pattern={filter.pattern} onClose={close} />
      <ImportDialog isOpen={filter.import === true} onClose={close} />
    </div>
  )
}
