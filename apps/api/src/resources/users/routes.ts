/** Users: for administrators. The last administrator can neither be deleted nor lose the role. */

import { User, UserCollection, UserInput, UserPatch } from '@weir/shared/contract/auth'
import { IdParam } from '@weir/shared/contract/primitives'
import { z } from 'zod'
import { actorOf } from '../../actor.ts'
import type { ApiServer } from '../../api-server.ts'
import type { ConfigTransaction } from '../../config-store.ts'
import type { AppDeps } from '../../deps.ts'
import { checkIfMatch, setEtag } from '../../etag.ts'
import type { PasswordHasher } from '../../identity/password.ts'
import type { SessionStore } from '../../identity/session-store.ts'
import { ProblemError } from '../../problem-error.ts'
import type { Restorer, Restorers } from '../../undo.ts'
import { UserRepository, type UserRow } from './repository.ts'

const tags = ['users']

export interface UserParts {
  readonly sessions: SessionStore
  readonly hasher: PasswordHasher
}

export function registerUserRoutes(app: ApiServer, deps: AppDeps, parts: UserParts, restorers: Restorers): void {
  const { sessions, hasher } = parts
  const users = new UserRepository(deps.database)
  restorers.add('user', userRestorer(users, sessions))
  const get = (id: number): UserRow => {
    const user = users.find(id)
    if (!user) throw new ProblemError('not-found', { detail: `there is no user ${id}` })
    return user
  }

  app.get(
    '/api/v1/users',
    {
      config: { role: 'admin' },
      schema: { operationId: 'listUsers', summary: 'All users', tags, response: { 200: UserCollection } },
    },
    async () => ({ items: users.all() }),
  )

  app.get(
    '/api/v1/users/:id',
    {
      config: { role: 'admin', problems: ['not-found'] },
      schema: {
        operationId: 'getUser',
        summary: 'One user, with its ETag',
        tags,
        params: IdParam,
        response: { 200: User },
      },
    },
    async (request, reply) => {
      const user = get(request.params.id)
      setEtag(reply, user.version)
      return user
    },
  )

  app.post(
    '/api/v1/users',
    {
      config: { role: 'admin', idempotent: true, problems: ['conflict'] },
      schema: { operationId: 'createUser', summary: 'Create a user', tags, body: UserInput, response: { 201: User } },
    },
    async (request, reply) => {
      const { name, password, role } = request.body
      const passwordHash = await hasher.hash(password)
      const { value: user } = deps.config.transaction(actorOf(request), (transaction) => {
        const existingId = users.findName(name)
        if (existingId !== undefined)
          throw new ProblemError('conflict', { detail: `there is a user ${name} already`, existingId })
        const created = get(users.insert(name, passwordHash, role, deps.clock.now(), transaction.revision))
        transaction.record({
          entity: 'user',
          entityId: created.id,
          operation: 'create',
          summary: `user ${name}`,
          after: shown(created),
        })
        return created
      })
      reply.code(201)
      return user
    },
  )

  app.patch(
    '/api/v1/users/:id',
    {
      config: { role: 'admin', problems: ['not-found', 'conflict', 'stale-edit'] },
      schema: {
        operationId: 'editUser',
        summary: 'Change role or password; the user is signed out everywhere; honours If-Match',
        tags,
        params: IdParam,
        body: UserPatch,
        response: { 200: User },
      },
    },
    async (request) => {
      const { role, password } = request.body
      const passwordHash = password === undefined ? undefined : await hasher.hash(password)
      return deps.config.transaction(actorOf(request), (transaction) => {
        const before = get(request.params.id)
        checkIfMatch(request, before.version)
        users.touch(before.id, transaction.revision)
        if (role !== undefined && role !== 'admin') refuseLastAdministrator(users, before)
        if (role !== undefined) users.setRole(before.id, role)
        if (passwordHash !== undefined) users.setPassword(before.id, passwordHash)
        sessions.revokeAll(before.id, actorOf(request).sessionDigest)
        const after = get(before.id)
        const summary = `user ${before.name}${passwordHash === undefined ? '' : ': new password'}`
        transaction.record({
          entity: 'user',
          entityId: before.id,
          operation: 'update',
          summary,
          before: shown(before),
          after: shown(after),
        })
        return after
      }).value
    },
  )

  app.delete(
    '/api/v1/users/:id',
    {
      config: { role: 'admin', problems: ['not-found', 'conflict', 'stale-edit'] },
      schema: {
        operationId: 'deleteUser',
        summary: 'Delete a user and end its sessions',
        tags,
        params: IdParam,
        response: { 204: z.null().meta({ description: 'done' }) },
      },
    },
    async (request, reply) => {
      deps.config.transaction(actorOf(request), (transaction) => {
        const user = get(request.params.id)
        checkIfMatch(request, user.version)
        remove(users, transaction, user)
      })
      return reply.code(204).send(null)
    },
  )
}

function remove(users: UserRepository, transaction: ConfigTransaction, user: UserRow): void {
  refuseLastAdministrator(users, user)
  users.delete(user.id)
  transaction.record({
    entity: 'user',
    entityId: user.id,
    operation: 'delete',
    summary: `user ${user.name}`,
    before: shown(user),
  })
}

/** A role can be given back, and a new user can go; passwords are not kept. */
const userRestorer = (users: UserRepository, sessions: SessionStore): Restorer => ({
  role: 'admin',
  refusal: ({ operation, before, after }) => {
    if (operation === 'delete') return 'the password of a deleted user is not kept: add the user again'
    const isRoleChange = JSON.stringify(before) !== JSON.stringify(after)
    return operation === 'update' && !isRoleChange ? 'passwords are not kept: set a new one' : undefined
  },
  restore: (transaction, _author, { operation, entityId, before: old }) => {
    const user = users.find(Number(entityId))
    if (!user) throw new ProblemError('conflict', { detail: `there is no user ${entityId} any more` })
    if (operation === 'create') return remove(users, transaction, user)
    const { role } = old as ReturnType<typeof shown>
    if (role !== 'admin') refuseLastAdministrator(users, user)
    users.setRole(user.id, role)
    users.touch(user.id, transaction.revision)
    sessions.revokeAll(user.id)
    transaction.record({
      entity: 'user',
      entityId: user.id,
      operation: 'update',
      summary: `user ${user.name}`,
      before: shown(user),
      after: { ...shown(user), role },
    })
  },
})

/** What change rows show of a user. */
const shown = ({ name, role }: UserRow) => ({ name, role })

function refuseLastAdministrator(users: UserRepository, user: UserRow): void {
  if (user.role === 'admin' && users.administrators() === 1)
    throw new ProblemError('conflict', { detail: `${user.name} is the last administrator` })
}
