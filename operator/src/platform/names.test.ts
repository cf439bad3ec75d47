import { describe, expect, it } from 'vitest';
import { MAX_NAME_LENGTH } from '@heroes/crds/platform.ts';
import { Floors } from './floors.ts';
import { imageReference, labels, MANAGED_BY_SELECTOR, selectorLabels, versionSlug } from './names.ts';
import { plan } from './plan.ts';
import { platformWith } from './testing/platforms.ts';

describe('names', () => {
  it.each([
    ['1.2.3', '1-2-3'],
    ['1.2.3-RC.1', '1-2-3-rc-1'],
    ['1.2.3-a--b.', '1-2-3-a-b'],
  ])('makes of version %s the part of a name: %s', (version, slug) => {
    expect(versionSlug(version)).toBe(slug);
  });

  it.each([
    ['', 'heroes-api:0.1.0'],
    ['registry.example/heroes', 'registry.example/heroes/heroes-api:0.1.0'],
  ])('finds the images of a release in registry "%s"', (registry, reference) => {
    const platform = platformWith({ release: { version: '0.1.0', images: { registry } } });
    expect(imageReference(platform, 'api', '0.1.0')).toBe(reference);
  });

  it('selects pods by labels that are among those that every object carries', () => {
    const platform = platformWith();
    expect(labels(platform, 'api')).toMatchObject(selectorLabels(platform, 'api'));
    const [name = '', value] = MANAGED_BY_SELECTOR.split('=');
    expect(labels(platform, 'api')[name]).toBe(value);
  });

  it('stay DNS labels for the longest name that a platform may have', () => {
    const name = 'd'.repeat(MAX_NAME_LENGTH);
    const version = '10.20.30-alpha.beta.gamma.delta.epsilon1';
    const platform = platformWith({ release: { version } }, { name });
    const seen = { platform, children: [], pods: [], credentialsLost: false, monitoring: true, requestMetrics: true };
    for (const { metadata } of plan(seen, new Floors().at(platform, 0), 0).desired())
      expect(metadata.name).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
  });
});
