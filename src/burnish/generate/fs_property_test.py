"""Category `fs_property_test`: properties asserted over many generated inputs: a range, random lists, all short tuples."""

from burnish.generate.core import Category
from burnish.generate.property_basics import LAW
from burnish.generate.property_lists import PROMISES
from burnish.generate.property_oracles import OUTCOME

CATEGORY = Category(name="fs_property_test", family="testing", templates=(LAW, PROMISES, OUTCOME))
