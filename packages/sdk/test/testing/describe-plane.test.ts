import { describePlane } from '@eucora/sdk/testing';
import { givenShelf } from './shelf/under-test.js';

describePlane('the shelf', givenShelf(0));
describePlane('the shelf that shows things late', givenShelf(2_000));
