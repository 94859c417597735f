'use client'
// "What is real here": what in this lab is the real thing and what is Podwire's own.
import { Dialog } from 'radix-ui'
import { Inline } from '../shell/prose.tsx'
import { Icon } from '../shell/sprite.tsx'
import { useTexts } from '../texts/locale-context.tsx'
import { useLabView } from './lab-context.tsx'

export function RealityPanel() {
  const texts = useTexts()
  const runtime = useLabView().snapshot?.runtime ?? 'embedded'
  const { parts } = texts.lab.reality[runtime]
  return (
    <Dialog.Root>
      <Dialog.Trigger asChild>
        <button type="button" className="btn quiet sm" aria-label={texts.lab.realityTitle} title={texts.lab.realityTitle}>
          <Icon name="info" />
          <span className="wide">{texts.lab.realityTitle}</span>
        </button>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content className="dialog" aria-describedby={undefined}>
          <header>
            <Dialog.Title>{texts.lab.realityTitle}</Dialog.Title>
            <Dialog.Close asChild>
              <button type="button" className="btn quiet sm" aria-label={texts.close}>
                <Icon name="close" />
              </button>
            </Dialog.Close>
          </header>
          <p className="mid">
            <Inline text={texts.lab.reality[runtime].intro} />
          </p>
          {parts.map(({ title, lines }) => (
            <section key={title}>
              <h3>{title}</h3>
              <ul>
                {lines.map((line) => (
                  <li key={line}>
                    <Inline text={line} />
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
