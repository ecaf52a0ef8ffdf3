/** Settings by sections; the section stands in the address bar. */
import { useSearch } from '@tanstack/react-router'
import { SettingsView } from '../features/settings/settings-view.tsx'
import { PageHeader } from '../ui/panel.tsx'
import styles from './plain.module.css'

export function SettingsPage() {
  const { section = 'blocking' } = useSearch({ from: '/shell/settings' })
  return (
    <div className={styles.page}>
      <PageHeader title="Settings" />
      <SettingsView key={section} section={section} />
    </div>
  )
}
