/** Well-known lists to subscribe to in one press: what each is for, who keeps it, how much it dares. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import {
  type CatalogueItem,
  LIST_CATEGORIES,
  LIST_STRICTNESS,
  type ListCategory,
} from '@weir/shared/contract/list-catalogue'
import { useState } from 'react'
import { messageOf } from '../../lib/api-error.ts'
import { formatShortCount, plural } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { SelectInput } from '../../ui/field.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { EmptyState, Loaded, Skeleton } from '../../ui/states.tsx'
import { useToast } from '../../ui/toast.tsx'
import { Switch } from '../../ui/toggle.tsx'
import styles from './catalogue.module.css'
import { useCreateList, useDeleteList } from './change-lists.ts'
import { catalogueQuery } from './get-lists.ts'
import { CATEGORY_WORDS, STRICTNESS_WORDS } from './list-words.ts'

interface Wanted {
  readonly search: string | undefined
  readonly category: ListCategory | 'any'
  readonly strictness: CatalogueItem['strictness'] | 'any'
}

export function Catalogue() {
  const [wanted, setWanted] = useState<Wanted>({ search: undefined, category: 'any', strictness: 'any' })
  const [isShadow, setIsShadow] = useState(false)
  const catalogue = useQuery(catalogueQuery)
  return (
    <Loaded query={catalogue} failure="The catalogue could not be loaded" skeleton={<Skeleton rows={8} height={72} />}>
      {({ items }) => {
        const found = items.filter((item) => isWanted(item, wanted))
        return (
          <div className={styles.view}>
            <SearchField
              label="Search the catalogue"
              placeholder="Search the catalogue"
              value={wanted.search}
              onChange={(search) => setWanted({ ...wanted, search })}
            />
            <div className={styles.filters}>
              <SelectInput
                label="Against"
                value={wanted.category}
                onChange={(category) => setWanted({ ...wanted, category })}
                options={[
                  ['any', 'Anything'],
                  ...LIST_CATEGORIES.map((category) => [category, CATEGORY_WORDS[category]] as const),
                ]}
              />
              <SelectInput
                label="Breaks"
                value={wanted.strictness}
                onChange={(strictness) => setWanted({ ...wanted, strictness })}
                options={[
                  ['any', 'Whatever'],
                  ...LIST_STRICTNESS.map((strictness) => [strictness, STRICTNESS_WORDS[strictness]] as const),
                ]}
              />
            </div>
            <Switch
              label="Only record what they would do"
              help="What you subscribe to now changes no answer; the log says what it would have done."
              checked={isShadow}
              onChange={setIsShadow}
            />
            <p className={styles.quiet} aria-live="polite">
              {plural(found.length, 'list')}. Sizes move from day to day; nothing is fetched before you subscribe.
            </p>
            {found.length === 0 ? (
              <EmptyState title="No list fits">Add one by its URL instead.</EmptyState>
            ) : (
              <ul className={styles.items} aria-label="Lists to subscribe to">
                {found.map((item) => (
                  <Item key={item.id} item={item} isShadow={isShadow} />
                ))}
              </ul>
            )}
          </div>
        )
      }}
    </Loaded>
  )
}

function isWanted(item: CatalogueItem, { search, category, strictness }: Wanted): boolean {
  if (category !== 'any' && !item.categories.includes(category)) return false
  if (strictness !== 'any' && item.strictness !== strictness) return false
  const words = [
    item.name,
    item.maintainer,
    item.purpose,
    item.url,
    ...item.categories.map((one) => CATEGORY_WORDS[one]),
  ]
  const text = words.join(' ').toLowerCase()
  return (search ?? '')
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

function Item({ item, isShadow }: { readonly item: CatalogueItem; readonly isShadow: boolean }) {
  const create = useCreateList()
  const remove = useDeleteList()
  const toast = useToast()
  const subscribe = () =>
    create.mutate(
      {
        input: { name: item.name, kind: item.kind, url: item.url, ...(isShadow && { shadow: true }) },
        file: null,
        onProgress: () => {},
        onCreated: () => {},
      },
      {
        onSuccess: ({ id }) => toast({ message: `${item.name} is being fetched`, undo: () => remove.mutateAsync(id) }),
        onError: (error) => toast({ message: `Not added: ${messageOf(error)}`, isError: true }),
      },
    )
  return (
    <li className={styles.item}>
      <div className={styles.about}>
        <h3 className={styles.name}>{item.name}</h3>
        <p>{item.purpose}</p>
        <p className={styles.quiet}>
          {item.categories.map((category) => CATEGORY_WORDS[category]).join(', ')} · breaks{' '}
          {STRICTNESS_WORDS[item.strictness]} · about {formatShortCount(item.typicalEntries)} entries
        </p>
        <p className={styles.quiet}>
          By{' '}
          <a className={styles.link} href={item.homepage} target="_blank" rel="noreferrer">
            {item.maintainer}
          </a>
          , {item.licence}
        </p>
        <p className={styles.address}>{item.url}</p>
      </div>
      {item.listId === null ? (
        <Button size="small" onClick={subscribe} isBusy={create.isPending} aria-label={`Subscribe to ${item.name}`}>
          Subscribe
        </Button>
      ) : (
        <Link className={styles.link} to="/lists" search={{ open: item.listId }}>
          Subscribed
        </Link>
      )}
    </li>
  )
}
