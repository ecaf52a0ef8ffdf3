/** Services that are blocked, and search engines that are held to safe results. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { CategoryDrawer } from '../features/services/category-drawer.tsx'
import { SafeSearchPanel } from '../features/services/safe-search-panel.tsx'
import { ServiceList } from '../features/services/service-list.tsx'
import type { ServicesSearch } from '../features/services/services-search.ts'
import { SetDrawer } from '../features/services/set-drawer.tsx'
import { PageHeader } from '../ui/panel.tsx'
import styles from './plain.module.css'

export function ServicesPage() {
  const search = useSearch({ from: '/shell/services' })
  const navigate = useNavigate()
  const go = (next: ServicesSearch) => void navigate({ to: '/services', search: next })
  return (
    <div className={styles.page}>
      <PageHeader title="Services and safe search" />
      {search.search === undefined && !search.on && <SafeSearchPanel search={search} />}
      <ServiceList search={search} onSearch={go} />
      <CategoryDrawer id={search.category} onClose={() => go({ ...search, category: undefined })} />
      <SetDrawer id={search.open} onClose={() => go({ ...search, open: undefined })} />
    </div>
  )
}
