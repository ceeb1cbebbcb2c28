package store

import (
	"context"
	"database/sql"
	"sync"
)

// preparer is a pool of connections, or one connection.
type preparer interface {
	querier
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

// prepared is a querier that compiles each statement once. SQLite's driver would compile it at every call, which costs
// as much as a point read; PostgreSQL's keeps its own.
type prepared struct {
	on preparer

	mu         sync.RWMutex
	statements map[string]*sql.Stmt // by text: as many as the store has
}

func prepare(on preparer) *prepared { return &prepared{on: on, statements: map[string]*sql.Stmt{}} }

func (p *prepared) statement(query string) (*sql.Stmt, error) {
	p.mu.RLock()
	found, ok := p.statements[query]
	p.mu.RUnlock()
	if ok {
		return found, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if found, ok := p.statements[query]; ok {
		return found, nil
	}
	// Not the caller's context: the statement outlives it.
	made, err := p.on.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	p.statements[query] = made
	return made, nil
}

func (p *prepared) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := p.statement(query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := p.statement(query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

func (p *prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := p.statement(query)
	if err != nil {
		return p.on.QueryRowContext(ctx, query, args...) // only database/sql can make a Row that holds the error
	}
	return s.QueryRowContext(ctx, args...)
}

// close releases the statements.
func (p *prepared) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for text, s := range p.statements {
		_ = s.Close() // the connection is closed next and frees it anyway
		delete(p.statements, text)
	}
}
