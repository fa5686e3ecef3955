import { expect } from 'chai';
import { classSchema, describeIssue, type ClassComplaint } from '@eucora/sdk';

class Settings {
  speed = 3;
  name?: string;
}

describe('a schema from a class', () => {
  it('gives an instance with its defaults and what was given', () => {
    expect(valueOf({ name: 'fast' })).to.deep.equal({ speed: 3, name: 'fast' });
  });

  it('settles what is valid, and amends what is given before it is looked at', () => {
    const schema = classSchema(Settings, sayingYes, {
      amend: (given) => ({ name: 'from outside', ...given }),
      settle: ({ name }) => `settled for ${name}`,
    });
    expect(schema['~standard'].validate({})).to.deep.equal({ value: 'settled for from outside' });
  });

  it('takes nothing but an object', () => {
    for (const value of [null, 'text', 7, []]) expect(complaintsOf(value, [])).to.deep.equal(['must be an object']);
  });

  it('names every complaint with its path, however deep', () => {
    const complaints = complaintsOf({}, [
      { property: 'name', constraints: { isString: 'name must be a string' } },
      { property: 'typo', constraints: { whitelistValidation: 'property typo should not exist' } },
      {
        property: 'groups',
        children: [{ property: '0', children: [{ property: 'id', constraints: { a: 'id is odd' } }] }],
      },
    ]);
    expect(complaints).to.deep.equal([
      'name: must be a string',
      'typo: is not a setting of this plugin',
      'groups.0.id: is odd',
    ]);
  });
});

const sayingYes = { validateSync: () => [] };

function valueOf(given: unknown) {
  const result = classSchema(Settings, sayingYes)['~standard'].validate(given);
  return result.issues ? undefined : { ...result.value };
}

function complaintsOf(given: unknown, complaints: readonly ClassComplaint[]): readonly string[] {
  const result = classSchema(Settings, { validateSync: () => complaints })['~standard'].validate(given);
  return (result.issues ?? []).map(describeIssue);
}
