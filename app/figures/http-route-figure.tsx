'use client'
// The figure of the lesson http-routing: one wish, written for three APIs; one request, and what nginx does with it.
import { useState } from 'react'
import { useLocale } from '../texts/locale-context.tsx'
import { Choice } from './choice.tsx'
import { FigureCaption } from './figure-caption.tsx'
import { FigureTable } from './figure-table.tsx'
import { askDoor, type DoorRequest, type ShopRule } from './http-route.ts'
import { httpRouteWords } from './http-route-words.ts'
import { type RouteApi, writeRoute } from './route-objects.ts'
import { useSettings } from './use-settings.ts'

const startRule: ShopRule = { ingressClass: 'nginx', host: 'shop.example', path: '/host', pathType: 'Prefix', port: 80 }
const startRequest: DoorRequest = { host: 'shop.example', path: '/hostname' }
const asIs = <T extends string>(values: readonly T[]) => values.map((value) => ({ value, text: value }))

export function HttpRouteFigure() {
  const words = httpRouteWords[useLocale()]
  const [rule, change] = useSettings(startRule)
  const [request, changeRequest] = useSettings(startRequest)
  const [api, setApi] = useState<RouteApi>('Ingress')
  const answer = askDoor(rule, request)
  const { backend } = answer.location
  return (
    <figure className="figure">
      <div className="figure-controls">
        <div className="choices">
          <Choice
            legend={words.ingressClass}
            value={rule.ingressClass}
            onChange={(ingressClass) => change({ ingressClass })}
            options={(['nginx', 'haproxy', 'none'] as const).map((value) => ({ value, text: value === 'none' ? words.none : value }))}
          />
          <Choice
            legend={words.host}
            value={rule.host}
            onChange={(host) => change({ host })}
            options={asIs(['shop.example', '*.example'] as const)}
          />
          <Choice legend={words.path} value={rule.path} onChange={(path) => change({ path })} options={asIs(['/', '/host'] as const)} />
          <Choice
            legend={words.pathType}
            value={rule.pathType}
            onChange={(pathType) => change({ pathType })}
            options={asIs(['Prefix', 'Exact'] as const)}
          />
          <Choice
            legend={words.port}
            value={String(rule.port)}
            onChange={(port) => change({ port: Number(port) })}
            options={asIs(['80', '8080', '8081'])}
          />
        </div>
        <div className="choices">
          <Choice legend={words.writtenAs} value={api} onChange={setApi} options={asIs(['Ingress', 'Gateway API', 'Mapping'] as const)} />
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard */}
        <pre className="rules" tabIndex={0}>
          {writeRoute(api, rule)}
        </pre>
        <div className="choices">
          <Choice
            legend={words.requestHost}
            value={request.host}
            onChange={(host) => changeRequest({ host })}
            options={asIs(['shop.example', 'api.shop.example', 'nobody.example'])}
          />
          <Choice
            legend={words.requestPath}
            value={request.path}
            onChange={(path) => changeRequest({ path })}
            options={asIs(['/', '/host', '/host/name', '/hostname'])}
          />
        </div>
        <FigureTable caption={words.steps} columns={words.columns}>
          <tr>
            <th scope="row">{words.claimed}</th>
            <td>{answer.ignored ? <code>{answer.ignored}</code> : words.yes}</td>
          </tr>
          <tr>
            <th scope="row">{words.server}</th>
            <td>{answer.server === '_' ? words.noServer : <code>{answer.server}</code>}</td>
          </tr>
          <tr>
            <th scope="row">{words.location}</th>
            <td>{backend ? <code>{`${answer.location.pathType} ${answer.location.path}`}</code> : words.noLocation}</td>
          </tr>
          <tr>
            <th scope="row">{words.backend}</th>
            <td>
              <code>{backend ? `[${backend.name}] ${answer.addresses.join(', ') || '-'}` : '[upstream-default-backend] -'}</code>
            </td>
          </tr>
        </FigureTable>
        <p aria-live="polite">
          <span className={answer.status === 200 ? 'pass' : 'drop'}>{words.end(answer)}</span>
        </p>
      </div>
      <FigureCaption>{words.caption}</FigureCaption>
    </figure>
  )
}
