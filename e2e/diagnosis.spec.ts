// The diagnosis tree: walked by keyboard on its own page, and beside a lab, where its commands go into the terminals.
import { expect, expectAccessible, test, themes } from './fixtures.ts'

test('keys answer, go back and start again', async ({ page, web }) => {
  await page.goto(`${web.url}/en/diagnosis`)
  await page.getByRole('button', { name: 'Yes' }).focus()
  for (const key of ['1', '1', '2', '1']) await page.keyboard.press(key)
  await expect(page.getByRole('heading', { name: 'targetPort is not what the app listens on.' })).toBeFocused()
  await expect(page.getByText('One of 58 causes is left')).toBeVisible()
  await page.keyboard.press('Backspace')
  await expect(page.getByRole('heading', { name: 'What does the Pod listen on?' })).toBeFocused()
  await page.getByRole('button', { name: 'Answer again: What exactly does the client see?' }).click()
  await expect(page.getByRole('heading', { name: 'What exactly does the client see?' })).toBeFocused()
  await page.getByLabel('Name that the client uses').fill('cart2')
  await expect(page.getByText('curl -sv -m 5 http://cart2:PORT/')).toBeVisible()
  await page.getByRole('button', { name: 'Start again' }).click()
  await expect(page.getByRole('list', { name: 'Answered so far' })).toHaveCount(0)
})

for (const colorScheme of themes) {
  test(`a cause that was found is accessible, ${colorScheme}`, async ({ page, web }) => {
    await page.emulateMedia({ colorScheme })
    await page.goto(`${web.url}/zh-CN/diagnosis`)
    await page.getByRole('button', { name: /是/ }).first().click()
    await page.getByRole('button', { name: /立即被拒绝/ }).click()
    await page.getByRole('button', { name: /没有就绪端点/ }).click()
    await page.getByRole('button', { name: /一个也没有/ }).click()
    await expect(page.getByRole('link', { name: /去读：2.1/ })).toBeVisible()
    await expectAccessible(page)
  })
}

test('beside a lab the tree types its commands, and stays as it was while it is closed', async ({ page, lab }) => {
  await lab.start('sd-target-port-mismatch')
  await page.getByRole('link', { name: 'Diagnose' }).click()
  const drawer = page.getByRole('complementary', { name: 'Diagnosis of this lab' })
  await expect(drawer.getByRole('heading', { name: 'Diagnosis' })).toBeFocused()
  await expectAccessible(page)
  await drawer.getByRole('button', { name: 'Run', exact: true }).click()
  await lab.expectScreen('kubectl get pods -o wide')
  await lab.expectScreen('Running')
  await drawer.getByRole('button', { name: 'Yes' }).click()
  await drawer.getByRole('heading', { name: 'What exactly does the client see?' }).press('Escape')
  await expect(drawer).toBeHidden()
  await expect(page.getByText('From Ravi')).toBeVisible()
  await page.getByRole('link', { name: 'Diagnose' }).click()
  await drawer.getByLabel('Name that the client uses').fill('cart')
  await drawer.getByLabel('Port that the client calls').fill('80')
  await drawer.getByRole('button', { name: 'Run', exact: true }).click()
  await lab.expectScreen('rc=7')
})
