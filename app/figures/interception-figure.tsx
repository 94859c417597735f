'use client'
// The figure of the lesson mesh: a call from a Pod with a sidecar, the connections that come of it, and every rule that each is asked by.
import { useLocale } from '../texts/locale-context.tsx'
import { Choice } from './choice.tsx'
import { FigureCaption } from './figure-caption.tsx'
import {
  appUids,
  type CallTarget,
  callTargets,
  callThroughSidecar,
  type InterceptionSettings,
  type ProxyIds,
  proxies,
} from './interception.ts'
import { interceptionWords } from './interception-words.ts'
import { useSettings } from './use-settings.ts'

const start: InterceptionSettings = { target: 'prices', app: 0, proxy: 'mesh', excluded: false }
const good = ['mutual', 'passed', 'direct']

export function InterceptionFigure() {
  const [settings, change] = useSettings(start)
  const words = interceptionWords[useLocale()]
  const { connections, end } = callThroughSidecar(settings)

  return (
    <figure className="figure">
      <div className="figure-controls">
        <div className="choices">
          <Choice
            legend={words.target}
            value={settings.target}
            onChange={(target) => change({ target })}
            options={(Object.keys(callTargets) as CallTarget[]).map((value) => ({ value, text: words.targets[value] }))}
          />
          <Choice
            legend={words.app}
            value={String(settings.app)}
            onChange={(app) => change({ app: appUids.find((uid) => String(uid) === app) ?? 0 })}
            options={appUids.map((uid) => ({ value: String(uid), text: String(uid) }))}
          />
          <Choice
            legend={words.proxy}
            value={settings.proxy}
            onChange={(proxy) => change({ proxy })}
            options={(Object.keys(proxies) as ProxyIds[]).map((value) => ({ value, text: words.proxies[value] }))}
          />
          <Choice
            legend={words.excluded}
            value={settings.excluded ? 'yes' : 'no'}
            onChange={(excluded) => change({ excluded: excluded === 'yes' })}
            options={(['no', 'yes'] as const).map((value) => ({ value, text: words.exclusions[value] }))}
          />
        </div>
        <p className="label">{words.rules}</p>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls sideways must be reachable by keyboard */}
        <section className="rules" tabIndex={0} aria-label={words.rules}>
          {connections.map((connection, nth) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a connection has no identity beyond its order
            <span key={nth}>
              {`${nth ? '\n' : ''}${words.dials(connection)}\n`}
              {connection.steps.map(({ rule, taken }, i) => {
                // biome-ignore lint/suspicious/noArrayIndexKey: a walk has no identity beyond its order
                return taken ? <b key={i}>{`${rule}\n`}</b> : <span key={i}>{`${rule}\n`}</span>
              })}
              {`${words.turned(connection)}\n`}
            </span>
          ))}
          {end === 'loop' && `\n${words.again}`}
        </section>
        <p aria-live="polite">
          <span className={good.includes(end) ? 'pass' : 'drop'}>{words.ends[end]}</span>
        </p>
      </div>
      <FigureCaption>{words.caption}</FigureCaption>
    </figure>
  )
}
