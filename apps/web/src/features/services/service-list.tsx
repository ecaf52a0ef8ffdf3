/** All services by category, each with its switch; a category can be blocked whole. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Service, ServiceCollection } from '@weir/shared/contract/rule-sets'
import { groupsQuery } from '../../lib/api/groups.ts'
import { schedulesQuery } from '../../lib/api/schedules.ts'
import { servicesQuery } from '../../lib/api/services.ts'
import { termsInWords } from '../../lib/terms.ts'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { EmptyState, Loaded, Skeleton } from '../../ui/states.tsx'
import { usePatchService, usePatchServices } from './change-services.ts'
import { countInWords, isFound, namesInShort } from './service-words.ts'
import styles from './services.module.css'
import type { ServicesSearch } from './services-search.ts'
import { SetTile } from './set-tile.tsx'

interface ServiceListProps {
  readonly search: ServicesSearch
  readonly onSearch: (search: ServicesSearch) => void
}

export function ServiceList({ search, onSearch }: ServiceListProps) {
  const services = useQuery(servicesQuery)
  return (
    <>
      <div className={styles.bar}>
        <div className={styles.find}>
          <SearchField
            label="Find a service"
            placeholder="Service, or a name such as youtu.be"
            value={search.search}
            onChange={(text) => onSearch({ ...search, search: text })}
            takesSlash
          />
        </div>
        <Segmented
          label="Which services"
          value={search.on ? 'on' : 'all'}
          onChange={(which) => onSearch({ ...search, on: which === 'on' ? true : undefined })}
          options={[
            ['all', 'All'],
            ['on', 'Blocked'],
          ]}
        />
      </div>
      <Loaded query={services} failure="The services could not be loaded" skeleton={<Skeleton rows={8} height={56} />}>
        {(all) => <Categories all={all} search={search} onClear={() => onSearch({})} />}
      </Loaded>
    </>
  )
}

interface CategoriesProps {
  readonly all: ServiceCollection
  readonly search: ServicesSearch
  readonly onClear: () => void
}

function Categories({ all, search, onClear }: CategoriesProps) {
  const shown = all.items.filter(
    (service) => (!search.on || service.enabled) && (search.search === undefined || isFound(service, search.search)),
  )
  if (shown.length === 0)
    return (
      <EmptyState
        title={search.search === undefined ? 'No service is blocked' : 'No service is found'}
        action={<Button onClick={onClear}>Show all services</Button>}
      >
        {search.search === undefined
          ? 'Switch one on, and its names are blocked with everything below them.'
          : 'A name that belongs to no service can be blocked by a rule of your own.'}
      </EmptyState>
    )
  return all.categories.map(({ id, name }) => (
    <Category
      key={id}
      title={name}
      all={all.items.filter(({ category }) => category === id)}
      shown={shown.filter(({ category }) => category === id)}
      search={search}
      id={id}
    />
  ))
}

interface CategoryProps {
  readonly id: string
  readonly title: string
  readonly all: readonly Service[]
  readonly shown: readonly Service[]
  readonly search: ServicesSearch
}

function Category({ id, title, all, shown, search }: CategoryProps) {
  const groups = useQuery(groupsQuery).data?.items ?? []
  const schedules = useQuery(schedulesQuery).data?.items ?? []
  const one = usePatchService()
  const many = usePatchServices()
  if (shown.length === 0) return null
  const isWhole = all.every(({ enabled }) => enabled)
  return (
    <Panel
      title={title}
      note={countInWords(all)}
      actions={
        <div className={styles.actions}>
          <Link to="/services" search={{ ...search, category: id }} className={styles.door}>
            For whom, and when<span className="visually-hidden">: all of {title}</span>
          </Link>
          <Button
            size="small"
            isBusy={many.isPending}
            aria-label={`${isWhole ? 'Release' : 'Block'} all of ${title}`}
            onClick={() =>
              many.save(
                all.filter(({ enabled }) => enabled === isWhole),
                { enabled: !isWhole },
                title,
              )
            }
          >
            {isWhole ? 'Release all' : 'Block all'}
          </Button>
        </div>
      }
    >
      <ul className={styles.tiles}>
        {shown.map((service) => (
          <SetTile
            key={service.id}
            id={service.id}
            name={service.name}
            text={namesInShort(service.domains)}
            isOn={service.enabled}
            isShadow={service.shadow}
            whom={termsInWords(service, groups, schedules)}
            hits={service.enabled && service.shadow ? service.shadowHits : service.hits}
            isBusy={one.isPending && one.variables?.path === `/services/${service.id}`}
            search={search}
            onSwitch={(enabled) => one.save(service, { enabled })}
          />
        ))}
      </ul>
    </Panel>
  )
}
