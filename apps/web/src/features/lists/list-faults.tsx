/** What of a list does not act, as the resolver tells it. */
import { useQuery } from '@tanstack/react-query'
import { resolverQuery } from '../../lib/api/resolver.ts'
import styles from './lists.module.css'

/** One sentence or more for each fault; empty while the resolver cannot be asked. */
export const useListFaults = (listId: number): readonly string[] =>
  (useQuery(resolverQuery).data?.listFaults ?? []).flatMap((fault) => (fault.listId === listId ? [fault.detail] : []))

export function ListFaults({ listId }: { readonly listId: number }) {
  return useListFaults(listId).map((detail) => (
    <p key={detail} className={styles.warning}>
      {detail}.
    </p>
  ))
}
