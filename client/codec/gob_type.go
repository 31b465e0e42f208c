package codec

// describe reads the description of a type: a struct with one field set,
// which says what family the type is of.
func (g *gobReader) describe(id int64) error {
	var t gobType
	err := g.eachField(func(field uint64) error {
		t.family = byte(min(field, gobText)) + 1
		return g.family(&t)
	})
	g.types[id] = t
	return err
}

// family reads the description of one family. Its fields are the common part,
// then the types of its parts.
func (g *gobReader) family(t *gobType) error {
	return g.eachField(func(field uint64) (err error) {
		switch {
		case field == 0:
			return g.common(t)
		case t.family == gobStruct && field == 1:
			t.fields, err = g.fields()
		case t.family == gobMap && field == 1:
			t.key, err = g.int()
		case t.family <= gobMap && field == familyElem(t.family):
			t.elem, err = g.int()
		case t.family == gobArray && field == 2:
			_, err = g.int() // the length, which each value repeats
		default:
			return errGob
		}
		return err
	})
}

func familyElem(family byte) uint64 {
	if family == gobMap {
		return 2
	}
	return 1
}

// common reads the name and the number of a type.
func (g *gobReader) common(t *gobType) error {
	return g.eachField(func(field uint64) (err error) {
		switch field {
		case 0:
			t.name, err = g.text()
		case 1:
			_, err = g.int()
		default:
			return errGob
		}
		return err
	})
}

func (g *gobReader) fields() ([]gobField, error) {
	n, err := g.count()
	if err != nil {
		return nil, err
	}
	var fields []gobField
	for range n {
		field, err := g.field()
		if err != nil {
			return nil, err
		}
		fields = append(fields, field)
	}
	return fields, nil
}

func (g *gobReader) field() (f gobField, err error) {
	err = g.eachField(func(field uint64) (err error) {
		switch field {
		case 0:
			f.name, err = g.text()
		case 1:
			f.id, err = g.int()
		default:
			return errGob
		}
		return err
	})
	return f, err
}
