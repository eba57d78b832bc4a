/* Written by `make bless` from the API's own description: do not edit. */
export interface paths {
    "/api/v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns the same as `/service/georeferenceur.json`. */
        get: operations["get_v1"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Answers a list: the zone of every home and, with a programme, the eligibility of its people. Every row comes back once,
         *     in order, with its columns; a row that cannot be answered holds the reason.
         */
        post: operations["post_batch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batch/progress/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns the progress of a list that is being received or answered. */
        get: operations["get_progress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Returns the zone of an address, a position or a building: `undetermined`, with the candidates, when the data does not
         *     support a single answer. With a programme, returns the eligibility too, with every condition and its finding.
         */
        post: operations["post_check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/communes/{insee}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Describes a commune and lists its neighbourhoods; one without any gets empty lists. The code of an arrondissement, or of a
         *     commune of the past, leads to the commune of today. A code that never was one is `unknown_commune`.
         */
        get: operations["get_commune"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/communes/{insee}/places": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the places of the lists loaded, such as schools, in the perimeters of a commune or less than 300 m from one, by the
         *     vintage in force today.
         */
        get: operations["list_places"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Compares the perimeters of an area between two vintages. They are matched by the ground they share, and areas are
         *     measured in the legal projection. A change is listed with all its perimeters when one of them lies in the area.
         */
        get: operations["get_comparison"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/examples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns addresses of the loaded data to try, one for each zone; the same data gives the same ones. */
        get: operations["list_examples"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/indicators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the indicators of the statistics loaded, by vintage, with their units, years and sources. */
        get: operations["list_indicators"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/perimeters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the perimeters that pass every filter given; a file of GeoParquet when `format` is `parquet`. */
        get: operations["list_perimeters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/perimeters/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns one perimeter of any vintage, with those of the other vintages that overlap it and the names of places inside. */
        get: operations["get_perimeter"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/programmes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the programmes that a check takes, with what they need and the texts that they come from. */
        get: operations["list_programmes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Returns the signed report of a check: one page, with a page or more for the conditions of several programmes, and of
         *     results that a review changes. Nothing of it
         *     is kept.
         */
        post: operations["post_report"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns the public key that this service signs reports with. */
        get: operations["get_key"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Verifies a report: its file (`application/pdf`), or the text of its QR code. Nothing of it is kept. */
        post: operations["post_verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reverse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lists the addresses nearest to a position, with the position in the body. */
        post: operations["post_reverse"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Searches addresses, with the query in the body. */
        post: operations["post_search"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/share": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Returns the hectares, addresses, estimated inhabitants and places of an area in perimeters, in their band and outside. A
         *     figure that is not known is null, with its reason.
         */
        get: operations["get_share"];
        put?: never;
        /** Returns the shares of a polygon, or how many of a list of positions or addresses are in each zone. */
        post: operations["post_share"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns the files that the data was read from, with their producers' credits. */
        get: operations["list_sources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/streets/{id}/profile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Returns the zones of a street's numbers, by side, and the boundaries that it follows. The identifier is that of
         *     `properties.id` in answers to `/search`, of the street or of one of its numbers.
         */
        get: operations["get_profile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/suggest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Returns what words may mean: communes by name, code or postcode, perimeters by name, code or a place inside, places of
         *     lists such as schools, parcels by identifier, addresses. Coordinates are none of them: a client reads these itself.
         */
        post: operations["post_suggest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vintages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the vintages there are, loaded or not, with their days of force by territory. */
        get: operations["list_vintages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/zones": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns the zone of a point. */
        get: operations["get_zone"];
        put?: never;
        /**
         * Returns the zones of a list of points or of a GeoJSON polygon (`Polygon`, `MultiPolygon` or a `Feature` of one, with
         *     `vintage` or `on` beside its `type`).
         */
        post: operations["post_zones"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/zonings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the zonings loaded. One that is not listed is not loaded: that is no answer about it. */
        get: operations["list_zonings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns the same as `/service/georeferenceur.json`. */
        get: operations["get_v2"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/xy.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns whether a position lies in the zonings asked. */
        get: operations["get_position"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns the version of the live process. */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ogc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns the landing page, with links to everything else. */
        get: operations["get_landing"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ogc/collections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the collections: perimeters, bands, areas gained and lost, outlines, custom layers and places. */
        get: operations["list_collections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ogc/collections/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns one collection. */
        get: operations["get_collection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ogc/collections/{id}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the features of a collection, page by page. */
        get: operations["list_items"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ogc/collections/{id}/items/{feature}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns one feature. */
        get: operations["get_item"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ogc/conformance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the conformance classes of the standard that are implemented. */
        get: operations["get_conformance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Returns the dataset that the service answers from. Where keys are asked for, a request without one gets `status`, `updates`
         *     and `address_check` alone.
         */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reverse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the addresses nearest to a position. */
        get: operations["reverse"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reverse/csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Finds the address nearest to every row's position. The table comes back as from `/search/csv`. */
        post: operations["reverse_csv"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Searches addresses: the best match comes first. */
        get: operations["search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/search/csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Finds the address of every row of a table. Rows, columns, delimiter, quotes, encoding and line ends stay; the result
         *     columns are appended, or replace columns of the same names. `result_status` is `ok`, `not-found`, `skipped` (the
         *     columns of the address are empty) or `error: …`.
         */
        post: operations["search_csv"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/service/georeferenceur.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns whether an address lies in the zonings asked, as SIG Ville's older service does. */
        get: operations["get_georeferencer"];
        put?: never;
        /** Returns the same, with the parameters in a form or an object of JSON. */
        post: operations["post_georeferencer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tiles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the layers that tiles are made of. */
        get: operations["list_layers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tiles/ground/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns the TileJSON of a map that the operator imported. */
        get: operations["get_ground_tilejson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tiles/ground/{name}/{z}/{x}/{y}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns a tile of a map that the operator imported. The row may end with `.mvt`, `.png` and the like. */
        get: operations["get_ground_tile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tiles/style.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns a MapLibre style that draws the loaded layers as the page does, for MapLibre, QGIS and others. */
        get: operations["get_style"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tiles/{layers}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns the TileJSON of a layer, or of several with a comma between them, whose tiles then hold them all. */
        get: operations["get_tilejson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tiles/{layers}/{z}/{x}/{y}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns a tile of a layer, or of several with a comma between them. The row may end with `.mvt` or `.pbf`. */
        get: operations["get_tile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Addresses found, as `GeoCodeJSON`. */
        AddressCollection: {
            /** @description The files the addresses come from. */
            attribution: string;
            /** @description The addresses, best match first. */
            features: components["schemas"]["AddressFeature"][];
            /** @description The limit of the query. */
            limit: number;
            /** @description A notice for end users, in French, when the addresses are fictional. */
            notice?: string | null;
            /** @description The query, as given. */
            query?: string | null;
            /** @description `FeatureCollection`. */
            type: string;
            /** @description Version of `GeoCodeJSON` that the national address API names. */
            version: string;
        };
        /** @description An address as a `GeoJSON` feature. */
        AddressFeature: {
            /** @description The position. */
            geometry: components["schemas"]["AddressPoint"];
            /** @description The properties. */
            properties: components["schemas"]["AddressProperties"];
            /** @description `Feature`. */
            type: string;
        };
        /** @description A `GeoJSON` point. */
        AddressPoint: {
            /** @description Longitude, latitude, WGS 84. */
            coordinates: number[];
            /** @description `Point`. */
            type: string;
        };
        /** @description An address. */
        AddressProperties: {
            /** @description The commune. */
            city: string;
            /**
             * @description The INSEE code of the commune; of the arrondissement in Paris, Lyon and Marseille.
             * @example 61169
             */
            citycode: string;
            /** @description The department and the region. */
            context: string;
            /**
             * Format: double
             * @description The distance to the position asked for, metres.
             */
            distance?: number | null;
            /** @description The number, with `bis` and the like. */
            housenumber?: string | null;
            /** @description The identifier as published; may be empty. */
            id: string;
            /**
             * Format: double
             * @description The importance, from 0 to 1: larger communes have more.
             */
            importance: number;
            /** @description The whole address on one line. */
            label: string;
            /** @description The named place that contains it. */
            locality?: string;
            missing_housenumber?: components["schemas"]["MissingNumber"] | null;
            /** @description The number with the street, the place, or the commune. */
            name: string;
            /** @description The former commune, before a merger. */
            oldcity?: string;
            /**
             * @description The object that the position marks; `interpolated` between two numbers of the street for one that it does not have.
             * @example entrance
             */
            position: string;
            /** @description Present, and true, when the published position is too far from the commune's other addresses to be right. */
            position_doubtful?: boolean | null;
            /**
             * Format: double
             * @description The uncertainty of the position, metres.
             */
            position_uncertainty_m: number;
            /** @description The postcode; may be empty. */
            postcode: string;
            qpv?: components["schemas"]["AddressZone"] | null;
            /**
             * Format: double
             * @description The score, from 0 to 1. The documentation of addresses gives the share of right answers above each score.
             */
            score: number;
            /** @description The street; for a house number only. */
            street?: string | null;
            /** @description The kind. */
            type: components["schemas"]["KindName"];
            /**
             * Format: double
             * @description The easting in the legal projection of the territory, metres.
             */
            x?: number | null;
            /**
             * Format: double
             * @description The northing.
             */
            y?: number | null;
        };
        /** @description An address that words may mean. */
        AddressSuggestion: {
            /** @description The address, as `/api/v1/search` gives it. */
            address: components["schemas"]["AddressFeature"];
            /** @description Always `address`. */
            kind: components["schemas"]["AddressTag"];
        };
        /**
         * @description The kind of a suggestion.
         * @enum {string}
         */
        AddressTag: "address";
        /** @description The zone of an address, or the reason that there is none. */
        AddressZone: components["schemas"]["ZoneAnswer"] | {
            /** @description The problem. */
            error: components["schemas"]["Problem"];
        };
        /** @description Addresses by where they lie. One is a number of a street, or a named place without numbers. */
        AddressesMoved: {
            /**
             * Format: int64
             * @description In `from`: kept, lost and `to_other`.
             */
            from: number;
            /**
             * Format: int64
             * @description In `to`, and in `from` in a perimeter of another change: neither gained nor lost.
             */
            from_other: number;
            /**
             * Format: int64
             * @description Only in `to`.
             */
            gained: number;
            /**
             * Format: int64
             * @description Those of the gained that are nearer to a line than they are exact.
             */
            gained_unsure: number;
            /**
             * Format: int64
             * @description In both.
             */
            kept: number;
            /**
             * Format: int64
             * @description Only in `from`.
             */
            lost: number;
            /**
             * Format: int64
             * @description Those of the lost.
             */
            lost_unsure: number;
            /**
             * Format: int64
             * @description In `to`: kept, gained and `from_other`.
             */
            to: number;
            /**
             * Format: int64
             * @description In `from`, and in `to` in a perimeter of another change.
             */
            to_other: number;
        };
        /** @description A perimeter whose boundary follows a street. */
        AlongAnswer: components["schemas"]["QpvRef"] & {
            /** @description True if the street has numbers on both sides of the boundary there. Otherwise it may run behind the houses. */
            astride: boolean;
            /** @description The even numbers there. */
            even: components["schemas"]["SpanAnswer"][];
            /**
             * Format: double
             * @description The length of the boundary along the street, metres.
             */
            length_m: number;
            /** @description The message for end users, in French. */
            message: string;
            /** @description The odd numbers there. */
            odd: components["schemas"]["SpanAnswer"][];
        };
        /** @description The result of an annex: never better than that of its building. */
        AnnexAnswer: {
            /** @description Every condition of every rule, as for a building that the annex were. */
            conditions: components["schemas"]["ConditionAnswer"][];
            /** @description The message for end users, in French. */
            message: string;
            /** @description The name it was given; empty without one. */
            name: string;
            /**
             * @description The result: `eligible`, `outside_rule_possible`, `undetermined` or `not_eligible`.
             * @example not_eligible
             */
            result: string;
        };
        /** @description A remote geocoder that was asked. */
        AskedElsewhere: {
            /** @description The reason that it gave no answer, if it gave none. */
            fault?: string | null;
            /** @description The message for end users, in French. */
            message: string;
            /** @description The URL that the address was sent to. */
            url: string;
        };
        /** @description The certainty of a zone. */
        Certainty: {
            /**
             * Format: double
             * @description The metres to which the coordinates are written, when they are that uncertainty: the distance to the farthest point
             *     that rounds to them. Absent for coordinates of full precision.
             */
            coordinate_rounding_m?: number | null;
            /** @description The explanation for end users, in French. */
            explanation: string;
            /**
             * @description `near_boundary` when a boundary is closer than the uncertainty, `imprecise_position` when the position itself is
             *     too rough, `interpolated` for a number that the street does not have, in the zone of all the ground between its
             *     neighbours, `street_side` when the numbers around it settle what its position alone leaves open, `building_side` when
             *     its building does, which reaches clear of the line and is not cut by it.
             */
            level: components["schemas"]["LevelName"];
            /**
             * Format: double
             * @description The position uncertainty taken into account, metres.
             */
            position_uncertainty_m: number;
            site?: components["schemas"]["SiteAnswer"] | null;
            street_side?: components["schemas"]["StreetSideAnswer"] | null;
        };
        /** @description A limit of the certainty of answers: lines or positions that could be more exact. */
        CertaintyLimit: {
            /** @description The message for end users, in French, with what to load instead. */
            message: string;
            /**
             * Format: double
             * @description The metres by which its lines or positions may be off.
             */
            metres: number;
            /**
             * @description The part of the data.
             * @example perimeters 2024
             */
            part: string;
            /**
             * Format: double
             * @description The share of the addresses, from 0 to 1; absent for lines.
             */
            share?: number | null;
        };
        /** @description One change. Areas are planar in the legal projection of the territory. */
        ChangeAnswer: {
            /** @description The addresses gained and lost, when asked for; null where `moved.addresses` is. */
            addresses?: components["schemas"]["MovedAddressAnswer"][] | null;
            /** @description True if every letter fits the class; null when there is none. */
            agrees_with_letter?: boolean | null;
            /** @description The class of the change. */
            class: components["schemas"]["ClassName"];
            /** @description The perimeters compared from, in code order; none for a new one. */
            from: components["schemas"]["ComparedQpv"][];
            /**
             * Format: double
             * @description The area in `to` only, hectares.
             */
            gained_ha: number;
            /**
             * Format: double
             * @description The area in `from` only, hectares.
             */
            lost_ha: number;
            moved?: components["schemas"]["MovedAnswer"] | null;
            /**
             * Format: double
             * @description The distance between the centroids of the two perimeters, metres; null unless the change is one to one.
             */
            moved_m?: number | null;
            /**
             * @description The last letter of the codes of 2024: `N`, `M` or `I`; null when there is none, or several.
             * @example M
             */
            official_letter?: string | null;
            outlines?: components["schemas"]["ChangeOutlinesAnswer"] | null;
            /**
             * Format: double
             * @description The area in both as a share of the area in either, from 0 to 1.
             */
            overlap: number;
            /**
             * Format: double
             * @description The area in both vintages, hectares.
             */
            shared_ha: number;
            /** @description The perimeters compared to, in code order; none for one that is gone. */
            to: components["schemas"]["ComparedQpv"][];
        };
        /** @description The areas of a change: GeoJSON `MultiPolygon`s on WGS 84, possibly empty. */
        ChangeOutlinesAnswer: {
            /** @description The area in `to` only. */
            gained: Record<string, unknown>;
            /** @description The area in `from` only. */
            lost: Record<string, unknown>;
            /** @description The area in both vintages. */
            shared: Record<string, unknown>;
        };
        /** @description The zone of an address, a position or a building, with the reasons for it. */
        CheckAnswer: {
            address_service?: components["schemas"]["AskedElsewhere"] | null;
            /** @description The addresses that the query may mean, best match first, each with its own zone; empty when none was found. */
            candidates: components["schemas"]["AddressFeature"][];
            /** @description The dataset that the answer comes from. */
            dataset: components["schemas"]["DatasetRef"];
            doubt?: components["schemas"]["DoubtAnswer"] | null;
            /** @description The eligibility to each programme, when several were asked. */
            eligibilities?: components["schemas"]["EligibilityAnswer"][];
            eligibility?: components["schemas"]["EligibilityAnswer"] | null;
            footprint?: components["schemas"]["FootprintAnswer"] | null;
            leaning?: components["schemas"]["LeaningAnswer"] | null;
            position?: components["schemas"]["PositionAnswer"] | null;
            profile?: components["schemas"]["StreetAnswer"] | null;
            review?: components["schemas"]["ReviewAnswer"] | null;
            /** @description The zone; `undetermined` whenever the data does not support a single answer. */
            zone: components["schemas"]["ZoneName"];
        };
        /** @description An address, a position or a building to check, and the facts that a programme needs. */
        CheckBody: {
            /** @description The person's birth date (`YYYY-MM-DD`). */
            birth_date?: string | null;
            /** @description Only in this commune, by INSEE code. */
            citycode?: string | null;
            /**
             * @description The facts that only people know, by the names that the programme gives: true or false, a number, or a day as a text. Of
             *     several programmes, one counts for all that ask a fact of that name; `programme/name` states it for one alone.
             */
            declared?: {
                [key: string]: components["schemas"]["DeclaredBody"];
            };
            /**
             * @description Indicators of `/api/v1/indicators`, a comma between them, or `all`: their figures come with the perimeters of the
             *     answer.
             */
            fields?: string | null;
            /**
             * @description Instead of both: the outline of a building, a GeoJSON `Polygon` or `MultiPolygon`, alone or in a `Feature`; or a project of
             *     several, a `FeatureCollection` whose features with the property `annex: true` are annexes, `name` being their name.
             */
            footprint?: Record<string, unknown> | null;
            lat?: components["schemas"]["GivenCoordinate"] | null;
            lon?: components["schemas"]["GivenCoordinate"] | null;
            /**
             * Format: date
             * @description A day (`YYYY-MM-DD`). Default: today.
             */
            on?: string | null;
            placed?: components["schemas"]["PlacedBody"] | null;
            /** @description Only in this postcode. */
            postcode?: string | null;
            /**
             * @description A programme of `/api/v1/programmes`, for its eligibility; several with a comma between them, or `*` for all that fit the
             *     subject: persons and establishments at an address or a position, buildings for an outline.
             */
            programme?: string | null;
            /** @description The address, 200 characters at most. */
            q?: string | null;
            review?: components["schemas"]["ReviewBody"] | null;
            /**
             * Format: double
             * @description The width of a ring, 1 to 4,000 metres.
             */
            ring?: number | null;
            /** @description The same, by its name; `aucune` for none. */
            school?: string | null;
            /** @description The person's school, by its identifier (UAI). */
            school_id?: string | null;
            /**
             * Format: double
             * @description The uncertainty of this position, metres. Default: 0; 20 for a corrected one.
             */
            uncertainty_m?: number | null;
            /** @description Vintage, such as `2024`. Default: the one in force there on the day `on`. */
            vintage?: string | null;
            /** @description Zonings of `/api/v1/zonings`, with commas between them; all that are loaded by default. */
            zonings?: string | null;
        };
        /**
         * @description The class of a change.
         * @enum {string}
         */
        ClassName: "identical" | "adjusted" | "extended" | "reduced" | "shifted" | "merged" | "split" | "regrouped" | "new" | "gone";
        /** @description The sums of some changes. */
        ClassTotals: {
            /** @description The count of changes. */
            changes: number;
            /** @description The count of changes that the letter of a code contradicts. */
            disagreements: number;
            /**
             * Format: double
             * @description The area gained, hectares.
             */
            gained_ha: number;
            /**
             * Format: double
             * @description The area lost, hectares.
             */
            lost_ha: number;
            /** @description The count of perimeters compared from. */
            perimeters_from: number;
            /** @description The count of perimeters compared to. */
            perimeters_to: number;
            /**
             * Format: double
             * @description The area kept, hectares.
             */
            shared_ha: number;
        };
        /** @description A collection. */
        CollectionAnswer: {
            /** @description The reference system: CRS 84. */
            crs: string[];
            /** @description A notice for end users, in French; absent when there is nothing to know about the data. */
            description?: string | null;
            extent?: components["schemas"]["CollectionExtent"] | null;
            /**
             * @description The identifier in URLs.
             * @example qpv-2024
             */
            id: string;
            /** @description `feature`. */
            itemType: string;
            /** @description Links to itself and to its features. */
            links: components["schemas"]["Link"][];
            /** @description The title, in French. */
            title: string;
        };
        /** @description The extent of a collection. */
        CollectionExtent: {
            /** @description The extent in space. */
            spatial: components["schemas"]["SpatialExtent"];
            temporal?: components["schemas"]["TemporalExtent"] | null;
        };
        /** @description The collections. */
        CollectionList: {
            /** @description The collections. */
            collections: components["schemas"]["CollectionAnswer"][];
            /** @description The dataset they are of. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description Links of the list. */
            links: components["schemas"]["Link"][];
        };
        /** @description A commune and its neighbourhoods. */
        CommuneAnswer: {
            /**
             * @description The communes of today that answer: the commune itself; for another kind of code the one it leads to, or all of them
             *     where it was split.
             */
            communes: components["schemas"]["CommuneOfTodayAnswer"][];
            /** @description The dataset the answer comes from. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description What became of the code, in French; absent for a commune of today. */
            history?: string | null;
            /** @description The INSEE code asked for. */
            insee_com: string;
            /** @description The kind of the code: `commune`, `arrondissement`, `deleguee`, `associee`, or `ancienne` for one of the past. */
            kind: string;
            /** @description Always true: a code that is no commune's, of today or of the past, is the error `unknown_commune`. */
            known: boolean;
            /** @description The name of the commune today; of one that was split since, its name of then. */
            lib_com?: string | null;
            /** @description Its perimeters in each vintage, or empty lists. */
            qpv: components["schemas"]["CommuneVintage"][];
            /**
             * @description The perimeters of the department with a commune name that matches no code: an empty list above is certain only when
             *     this one is empty.
             */
            unmatched: components["schemas"]["QpvRef"][];
        };
        /** @description A commune of today. */
        CommuneOfTodayAnswer: {
            /** @description Its INSEE code. */
            insee_com: string;
            /** @description The code of its department. */
            insee_dep: string;
            /** @description Its name. */
            lib_com?: string | null;
            /** @description The name of its department. */
            lib_dep?: string | null;
            /** @description The name of its intercommunality. */
            lib_epci?: string | null;
            /** @description The name of its region; a collectivity overseas gives its own name. */
            lib_reg?: string | null;
            /** @description Its postcodes. */
            postcodes: string[];
            /** @description The SIREN number of its intercommunality, if it is in one. */
            siren_epci?: string | null;
        };
        /** @description A place in a perimeter of a commune or near one. */
        CommunePlace: {
            /** @description The code of the perimeter that it lies in, or of the nearest. */
            code_qp: string;
            /**
             * Format: double
             * @description Metres from that perimeter; 0 inside.
             */
            distance_m: number;
            /** @description Its identifier, where published. */
            id?: string | null;
            /** @description The name of its commune, where published. */
            lib_com?: string | null;
            /** @description The name of that perimeter. */
            lib_qp: string;
            /** @description The kind of its list, such as `schools`. */
            list: string;
            /** @description Its name. */
            name: string;
            /** @description Its zone: `qpv`, `band_300m` or `undetermined`. */
            zone: components["schemas"]["ZoneName"];
        };
        /** @description The places in the perimeters of a commune or near them. */
        CommunePlaces: {
            /** @description The kinds of the lists loaded; of another kind nothing is known. */
            lists: string[];
            /** @description The places, by list and name. */
            places: components["schemas"]["CommunePlace"][];
        };
        /** @description A commune that words may mean. */
        CommuneSuggestion: {
            /** @description The kind of the code, as in `/api/v1/communes`. */
            code_kind: string;
            /** @description True when the words are its name, its code or its postcode. */
            exact: boolean;
            /** @description True when a perimeter of a vintage loaded lies in it; where none does, `/api/v1/communes` says whether that is sure. */
            has_perimeters: boolean;
            /** @description Its INSEE code, of today or of the past. */
            insee_com: string;
            /** @description The code of its department. */
            insee_dep: string;
            /** @description Always `commune`. */
            kind: components["schemas"]["CommuneTag"];
            /** @description Its name. */
            lib_com: string;
            /** @description The name of its department. */
            lib_dep?: string | null;
            /** @description Its postcodes. */
            postcodes: string[];
        };
        /**
         * @description The kind of a suggestion.
         * @enum {string}
         */
        CommuneTag: "commune";
        /** @description The neighbourhoods of a commune in one vintage. */
        CommuneVintage: components["schemas"]["VintageAnswer"] & {
            /** @description True if every perimeter of its territory is loaded in this vintage: only then does an empty list mean "none". */
            complete: boolean;
            /** @description Its perimeters, in code order. */
            perimeters: components["schemas"]["PerimeterProperties"][];
        };
        /** @description The comparison of the perimeters of an area. */
        CompareAnswer: {
            /** @description The changes, by department, then by the number in the code. */
            changes: components["schemas"]["ChangeAnswer"][];
            /**
             * @description True if both vintages are loaded for the whole of the area's territories; otherwise changes may lack perimeters. False
             *     too for a department that does not exist or that the perimeters do not cover.
             */
            complete: boolean;
            /** @description The dataset the answer comes from. */
            dataset: components["schemas"]["DatasetRef"];
            /**
             * @description The vintage compared from.
             * @example 2015
             */
            from: string;
            /** @description True if a perimeter of either vintage lies in the area; an unknown area has no neighbourhood in the data. */
            known: boolean;
            moved?: components["schemas"]["MovedTotalsAnswer"] | null;
            /** @description The kinds of the lists of places loaded, when `moved` is asked for; without any, `places` means nothing. */
            place_kinds?: string[] | null;
            /** @description The places in a perimeter listed, or within 300 m of one that is or may be the nearest; when asked for. */
            places?: components["schemas"]["MovedPlaceAnswer"][] | null;
            /**
             * @description The vintage compared to.
             * @example 2024
             */
            to: string;
            /** @description The totals of the changes: whole groups, even where they reach beyond the area. */
            totals: components["schemas"]["CompareTotals"];
            /** @description The perimeters whose change is undetermined; they are in no total. */
            undetermined: components["schemas"]["UndeterminedAnswer"][];
            /**
             * @description The perimeters, listed nowhere above, that may belong to the area: for communes, those of their departments whose
             *     commune has no known code; for an intercommunality, those whose own is unknown.
             */
            unmatched: components["schemas"]["QpvRef"][];
            /** @description The places of these communes, or of an unknown commune, whose position is unknown. */
            unplaced?: components["schemas"]["UnplacedPlaceAnswer"][] | null;
        };
        /** @description The perimeters of one vintage. */
        CompareSide: {
            /**
             * Format: double
             * @description The area, hectares.
             */
            area_ha: number;
            /** @description The count of communes that they name by code. */
            communes: number;
            /** @description The count of perimeters. */
            perimeters: number;
        };
        /** @description The totals of a comparison. */
        CompareTotals: components["schemas"]["ClassTotals"] & {
            /** @description The sums by class, absent classes included. */
            by_class: {
                [key: string]: components["schemas"]["ClassTotals"];
            };
            /** @description The perimeters compared from. */
            from: components["schemas"]["CompareSide"];
            /** @description The perimeters compared to. */
            to: components["schemas"]["CompareSide"];
        };
        /** @description A perimeter compared. */
        ComparedQpv: components["schemas"]["QpvRef"] & {
            /**
             * Format: double
             * @description The whole area, hectares; null when the outline is published as a point or a line.
             */
            area_ha?: number | null;
            /**
             * @description The letter of the code; absent in 2015.
             * @example M
             */
            official_letter?: string | null;
        };
        /** @description A condition with its finding. */
        ConditionAnswer: {
            /** @description The zoning, the layer or the fact of `declared` that it is about. */
            about?: string | null;
            /**
             * @description The kind of the condition.
             * @example age
             */
            condition: string;
            /** @description True if the result depends on it. */
            decisive: boolean;
            /**
             * @description The stable name of the finding.
             * @example birth_date_missing
             */
            finding: string;
            /** @description The message for end users, in French. */
            message: string;
            /** @description True when the rule asks that it does not hold. */
            negated?: boolean;
            /** @description The index of its rule, from 0. */
            rule: number;
            /** @description The short name of its rule, in French. */
            rule_name?: string | null;
            /** @description The truth of what the rule asks: `met`, `not_met` or `unknown`. */
            truth: string;
        };
        /** @description The classes of conformance. */
        ConformanceAnswer: {
            /** @description The URIs of the classes. */
            conformsTo: string[];
        };
        /** @description Numbers by zone. */
        CountFigures: components["schemas"]["ReasonMembers"] & {
            /**
             * Format: int64
             * @description In none, less than 300 m from one.
             */
            band_300m?: number | null;
            /**
             * Format: int64
             * @description The rest.
             */
            outside?: number | null;
            /**
             * Format: int64
             * @description In a perimeter, by the position given.
             */
            qpv?: number | null;
            /**
             * Format: int64
             * @description All.
             */
            total?: number | null;
            /**
             * Format: int64
             * @description In no zone: without a position, or not covered by the data.
             */
            undetermined?: number | null;
            /**
             * Format: int64
             * @description Those among the three zones that are nearer to a deciding line than they are exact.
             */
            unsure?: number | null;
        };
        /** @description The dataset an answer comes from. */
        DatasetRef: {
            /** @description The SHA-256 of its content; the same files give the same digest. */
            digest: string;
            /** @description True for the fictional sample. */
            fictional: boolean;
            /** @description A notice for end users, in French; absent when there is nothing to know about the data. */
            notice?: string | null;
            /** @description The producers and licences of its data, in French, one for each kind; `GET /api/v1/sources` lists the files. */
            sources: string[];
        };
        /** @description The days on which a vintage is in force in a territory. */
        DaysAnswer: {
            /**
             * Format: date
             * @description The first day.
             * @example 2024-01-01
             */
            valid_from: string;
            /**
             * Format: date
             * @description The last day; null while no vintage that replaces it is known.
             */
            valid_until: string | null;
        };
        /** @description A fact that only people know. */
        DeclarationAnswer: {
            /** @description Other names that its column has in lists. */
            columns?: string[];
            /** @description The kind of its value: `declaration` (true or false), `number`, or `date` (`YYYY-MM-DD`). */
            kind: string;
            /** @description The meaning, in French. */
            label: string;
            /** @description The name in `declared`. */
            name: string;
            /** @description True when nobody is eligible without it. */
            required: boolean;
        };
        /** @description The value of a fact that only people know. */
        DeclaredBody: boolean | number | string;
        /** @description The reason for an undetermined zone. */
        DoubtAnswer: {
            /**
             * @description The code: `not_found`, `not_loaded`, `unlike`, `candidates`, `street`, `commune`, `position`, `coverage` or
             *     `no_vintage_in_force`.
             * @example candidates
             */
            code: string;
            /** @description The message for end users, in French. */
            message: string;
            /**
             * @description With `candidates`, present and true when the query names no commune, postcode or department, and an address of that
             *     name may lie in another commune than those of the candidates.
             */
            place_not_named?: boolean | null;
            unloaded?: components["schemas"]["UnloadedAnswer"] | null;
        };
        /** @description The eligibility of a person or a building to a programme. */
        EligibilityAnswer: {
            /** @description The result of each annex of the building, when the programme counts them apart, in the order given. */
            annexes?: components["schemas"]["AnnexAnswer"][];
            /** @description Every condition of every rule that applies on that day, in order. */
            conditions: components["schemas"]["ConditionAnswer"][];
            /** @description The message for end users, in French. */
            message: string;
            /** @description The facts missing for a result, for end users, in French, each once. */
            missing: string[];
            /** @description The name, in French. */
            name: string;
            /**
             * Format: date
             * @description The day of the check.
             */
            on: string;
            /** @description The programme. */
            programme: string;
            /**
             * @description The result: `eligible`, `outside_rule_possible`, `undetermined` or `not_eligible`.
             * @example eligible
             */
            result: string;
            rule?: components["schemas"]["RuleAnswer"] | null;
            /** @description The subject: `person`, `establishment` or `building`. */
            subject: string;
            /** @description The points left to human judgement, in French. */
            to_assess: string[];
        };
        /** @description An estimate, and what the published figure was shared out over: `addresses` or `ground`. */
        EstimateAnswer: {
            /**
             * @description `addresses`, or `ground` (hectares) where addresses are not known or fewer than 20.
             * @example addresses
             */
            by: string;
            /**
             * Format: int64
             * @description The count of inhabitants.
             */
            estimate: number;
        };
        /** @description An address to try. */
        ExampleAnswer: {
            /** @description The address, as the query of a check. */
            label: string;
            /**
             * @description Its zone today: `qpv`, `band_300m`, `outside` or `undetermined`.
             * @example qpv
             */
            zone: string;
        };
        /** @description Addresses to try. */
        ExampleList: {
            /** @description The dataset they come from. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description The examples, one at most for each zone; none without addresses. */
            examples: components["schemas"]["ExampleAnswer"][];
        };
        /** @description A feature. */
        FeatureAnswer: {
            /** @description `MultiPolygon` or `Point`; null for a place whose position is not published. */
            geometry?: Record<string, unknown> | null;
            /** @description The identifier in the collection. */
            id: string;
            /** @description The properties. */
            properties: Record<string, unknown>;
            /** @description `Feature`. */
            type: string;
        };
        /** @description A page of features. */
        FeaturePage: {
            /** @description The dataset they are of. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description The features. */
            features: components["schemas"]["FeatureAnswer"][];
            /** @description The links to this page, the next and the previous one. */
            links: components["schemas"]["Link"][];
            /** @description The count of features that match the query. */
            numberMatched: number;
            /** @description The count of features on this page. */
            numberReturned: number;
            /** @description The time of this answer. */
            timeStamp: string;
            /** @description `FeatureCollection`. */
            type: string;
        };
        /** @description A figure, with what it says. */
        FigureAnswer: {
            /**
             * @description The name of the indicator for people, in French.
             * @example Population municipale
             */
            label: string;
            /**
             * @description Its publisher, in French, or the file it was read from.
             * @example Insee, recensement de la population
             */
            source: string;
            /**
             * @description Its unit, in French; null for a ratio, or when it is not known.
             * @example habitants
             */
            unit: string | null;
            /**
             * Format: double
             * @description The figure; null when it is secret or not published, which is not 0.
             */
            value: number | null;
            /**
             * Format: int32
             * @description The year; null when it is not known.
             */
            year: number | null;
        };
        /** @description Figures by the name of their indicator. */
        FiguresAnswer: {
            [key: string]: components["schemas"]["FigureAnswer"];
        };
        /**
         * Format: binary
         * @description The bytes of a file.
         */
        FileBytes: string;
        /** @description The zones that a polygon meets. */
        FootprintAnswer: components["schemas"]["VintageAnswer"] & {
            /** @description The dataset the answer comes from. */
            dataset: components["schemas"]["DatasetRef"];
            /**
             * Format: double
             * @description The greatest distance from a point of the polygon to its nearest perimeter, metres; null beyond 5 km.
             */
            farthest_m?: number | null;
            /**
             * Format: double
             * @description The least distance from the polygon to a perimeter, metres; null beyond 5 km.
             */
            nearest_m?: number | null;
            /** @description The perimeters the polygon meets, in code order. */
            perimeters: components["schemas"]["QpvRef"][];
            /**
             * Format: double
             * @description The precision of the published boundaries, metres, which `near_boundary` takes into account.
             */
            precision_m: number;
            /** @description The parts in a perimeter, or in several together. */
            qpv: components["schemas"]["PartsAnswer"];
            /** @description The parts in a perimeter or less than 300 m from one. */
            within_300m: components["schemas"]["PartsAnswer"];
            /** @description The parts in a perimeter or less than 500 m from one. */
            within_500m: components["schemas"]["PartsAnswer"];
            /** @description The zonings loaded, or those asked for, by name, in `/api/v1/check`; absent when none is loaded. */
            zonings?: components["schemas"]["ZonedAnswer"][];
        };
        /** @description The address found. All members are null when none was; a position asked has coordinates only. */
        FoundAddress: {
            /** @description The INSEE code of the commune. */
            code_insee?: string | null;
            /** @description Its postcode. */
            code_postal?: string | null;
            /** @description The address in one line. */
            label?: string | null;
            /** @description Its commune. */
            nom_commune?: string | null;
            /** @description Its street. */
            nom_voie?: string | null;
            /** @description Its number. */
            num_voie?: string | null;
            /**
             * Format: double
             * @description Its similarity to the address asked, from 0 to 100.
             */
            score?: number | null;
            /**
             * Format: double
             * @description Longitude, WGS 84 degrees.
             */
            x?: number | null;
            /**
             * Format: double
             * @description Latitude.
             */
            y?: number | null;
        };
        /** @description A coordinate: an exact number, or a text, which is as exact as it is written. */
        GivenCoordinate: number | string;
        /** @description A map that can lie under the layers. */
        GroundAnswer: {
            /** @description The attribution, in plain words. */
            attribution: string;
            /** @description The bounds: west, south, east, north, WGS 84 degrees. */
            bounds: number[];
            /**
             * @description The kind of tiles: `vector` or `raster`.
             * @example vector
             */
            kind: string;
            /** @description The name for people. */
            label: string;
            /**
             * Format: int32
             * @description The last one.
             */
            maxzoom: number;
            /**
             * Format: int32
             * @description The first zoom with tiles.
             */
            minzoom: number;
            /**
             * @description The name, in URLs: `/tiles/ground/{name}/{z}/{x}/{y}`.
             * @example plan
             */
            name: string;
            /** @description The names of the layers in vector tiles. */
            vector_layers: string[];
            /** @description The version. Tiles requested with `?v=` and this version may be kept forever. */
            version: string;
        };
        /** @description The answer of a live process. */
        Health: {
            /** @description Always `ok`. */
            status: string;
            /** @description The version of the program. */
            version: string;
        };
        /** @description Hectares by zone. */
        HectareFigures: components["schemas"]["ReasonMembers"] & {
            /**
             * Format: double
             * @description In none, in the band of 300 m as it is drawn.
             */
            band_300m?: number | null;
            /**
             * Format: double
             * @description The rest.
             */
            outside?: number | null;
            /**
             * Format: double
             * @description In a perimeter.
             */
            qpv?: number | null;
            /**
             * Format: double
             * @description All.
             */
            total?: number | null;
        };
        /** @description An indicator that is loaded. */
        IndicatorAnswer: {
            /**
             * @description The column of the table.
             * @example taux_pauvrete_60%
             */
            column: string;
            /** @description Its name for people, in French. */
            label: string;
            /**
             * @description The name to ask for it by in `fields`. A year is behind it where a table of a later year has the same indicator.
             * @example taux_pauvrete_60
             */
            name: string;
            /** @description The neighbourhoods with a figure. */
            published: number;
            /** @description Its publisher, in French, or the file it was read from. */
            source: string;
            /** @description Its unit, in French; null for a ratio, or when it is not known. */
            unit: string | null;
            /**
             * @description The vintage whose neighbourhoods it is about.
             * @example 2024
             */
            vintage: string;
            /**
             * Format: int32
             * @description The year of its figures; null when it is not known.
             */
            year: number | null;
        };
        /** @description The indicators that are loaded. */
        IndicatorList: {
            /** @description The dataset that they come from. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description Those of the oldest vintage first, in the order of their tables. */
            indicators: components["schemas"]["IndicatorAnswer"][];
        };
        /**
         * @description The reason for the answer. The first is SIG Ville's, the others are added here.
         * @enum {string}
         */
        InfoCode: "VOIE_TRAITEE" | "POSITION_TRAITEE" | "ADRESSE_INTROUVABLE" | "ADRESSE_DIFFERENTE" | "ADRESSES_MULTIPLES" | "VOIE_PARTAGEE" | "COMMUNE_SEULE" | "POSITION_IMPRECISE" | "POSITION_DOUTEUSE" | "HORS_COUVERTURE" | "ZONAGE_ABSENT" | "REQUETE_REFUSEE";
        /** @description Inhabitants by zone. */
        InhabitantFigures: components["schemas"]["UnknownAnswer"] & {
            /**
             * Format: int64
             * @description Always null: nothing is published outside perimeters.
             */
            band_300m?: number | null;
            /**
             * Format: int64
             * @description Always null.
             */
            outside?: number | null;
            /**
             * Format: int64
             * @description In a perimeter.
             */
            qpv?: number | null;
        };
        /** @description One item of a list: an answer, or the reason that there is none. An error affects its own item only. */
        Item: components["schemas"]["ZoneAnswer"] | {
            /** @description The problem of this item. */
            error: components["schemas"]["Problem"];
        };
        /**
         * @description The kind of an address.
         * @enum {string}
         */
        KindName: "housenumber" | "street" | "locality" | "municipality";
        /** @description A sum, and how many changes are in it. */
        KnownSumAnswer: {
            /** @description For how many changes it is known. */
            changes: number;
            /**
             * Format: int64
             * @description The sum; null when it is known for no change.
             */
            inhabitants?: number | null;
            /** @description The count of all changes with a perimeter on that side. */
            of: number;
        };
        /** @description A vintage that is known. */
        KnownVintage: {
            /**
             * @description The form of its codes: `{dep}` is the department on three characters, `#` a digit, `[NMI]` one of these letters.
             * @example QN{dep}##[NMI]
             */
            codes: string;
            /** @description Its days of force by territory; a territory where it never was is absent. */
            days: {
                [key: string]: components["schemas"]["DaysAnswer"];
            };
            /**
             * @description The year to ask for it by.
             * @example 2024
             */
            id: string;
            /** @description Its name for people, in French. */
            label: string;
            /** @description True when perimeters of it are loaded. */
            loaded: boolean;
            /**
             * @description The vintage it replaced; null for the first.
             * @example 2015
             */
            predecessor: string | null;
            /** @description The texts that drew it, in French. */
            source: string;
        };
        /** @description The landing page. */
        LandingPage: {
            /** @description The dataset in use. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description The description, in French. */
            description: string;
            /** @description The links to everything else. */
            links: components["schemas"]["Link"][];
            /** @description The title, in French. */
            title: string;
        };
        /** @description A layer. */
        LayerAnswer: {
            /** @description The bounds: west, south, east, north, WGS 84 degrees. */
            bounds: number[];
            /** @description The count of features. */
            features: number;
            /**
             * @description The identifier, in URLs and inside tiles.
             * @example qpv-2024
             */
            id: string;
            /**
             * @description The kind: `perimeters`, `band`, `official_band`, `clusters`, `departement_counts`, `region_counts`, `regions`,
             *     `departements`, `communes`, `commune_names`, `streets`, `street_lines`, `addresses`, `parcels`, `buildings`, `own` or
             *     `zoning`.
             * @example perimeters
             */
            kind: string;
            /** @description The name of a zoning for people, in French. */
            label?: string | null;
            /**
             * Format: int32
             * @description The last zoom of tiles; maps enlarge them beyond it.
             */
            maxzoom: number;
            /**
             * Format: int32
             * @description The first zoom with a feature.
             */
            minzoom: number;
            /** @description The name of a custom layer or of a zoning. */
            name?: string | null;
            /**
             * @description The vintage, for a layer of one.
             * @example 2024
             */
            vintage?: string | null;
        };
        /** @description The layers that tiles are made of. */
        LayerList: {
            /** @description The dataset that the layers come from. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description The maps that can lie under the layers, imported by the operator. */
            grounds: components["schemas"]["GroundAnswer"][];
            /** @description The layers. */
            layers: components["schemas"]["LayerAnswer"][];
            /**
             * @description The box to open a map on: the latest perimeters of metropolitan France, or of all territories where there are none; west,
             *     south, east, north, WGS 84 degrees; null without perimeters.
             */
            opening: number[] | null;
            /**
             * @description The version, which changes with the dataset and the program. Tiles requested with `?v=` and this version may be
             * @example 2eeb0360f7f4a1b2-0.1.0
             */
            version: string;
        };
        /** @description The zone that an undetermined position leans to. It is neither a yes nor a no, and counts as neither. */
        LeaningAnswer: {
            /** @description Official code of the perimeter whose line, or whose 300 m limit, is too near. */
            code_qp: string;
            /**
             * Format: double
             * @description Geodesic metres to that line.
             */
            distance_m: number;
            /** @description Official name of that perimeter. */
            lib_qp: string;
            /** @description The line that is too near: `perimeter`, or `band_300m` for the 300 m limit. */
            line: components["schemas"]["LineName"];
            /**
             * @description The headline for end users, in French.
             * @example Probablement dans le quartier Saint Michel (QN06103M) : à 5 m de la limite, la position étant connue à 20 m près. À vérifier.
             */
            message: string;
            /**
             * Format: double
             * @description The precision of the published lines, metres.
             */
            precision_m: number;
            /**
             * Format: double
             * @description The measured share of such positions that lie in that zone, from 0 to 1.
             */
            probability: number;
            /** @description The evidence that would settle it, in French. */
            remedy: string;
            /**
             * Format: double
             * @description The uncertainty of the position, metres.
             */
            uncertainty_m: number;
            /** @description The less exact of the two: `position` or `lines`. */
            weakest: components["schemas"]["LinkName"];
            /** @description The zone of the position as published; never `undetermined`. */
            zone: components["schemas"]["ZoneName"];
        };
        /**
         * @description The level of a certainty.
         * @enum {string}
         */
        LevelName: "certain" | "building_side" | "street_side" | "interpolated" | "near_boundary" | "imprecise_position";
        /**
         * @description The line that decides a zone.
         * @enum {string}
         */
        LineName: "perimeter" | "band_300m";
        /** @description A link of an answer. */
        Link: {
            /** @description The URL that it leads to. */
            href: string;
            /**
             * @description The relation to this answer.
             * @example items
             */
            rel: string;
            /** @description The title for people. */
            title: string;
            /** @description The media type. */
            type: string;
        };
        /**
         * @description The less exact of position and lines.
         * @enum {string}
         */
        LinkName: "position" | "lines";
        /** @description The description of JSON answers. */
        ListJson: Record<string, unknown> | components["schemas"]["PreviewAnswer"];
        /** @description The shares of a list. */
        ListShareAnswer: {
            /** @description The dataset that they come from. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description The shares in each vintage, oldest first. */
            vintages: components["schemas"]["ListVintageAnswer"][];
        };
        /** @description The shares of a list in one vintage. */
        ListVintageAnswer: {
            /** @description The rows by zone. */
            rows: components["schemas"]["CountFigures"];
            /**
             * @description The vintage.
             * @example 2024
             */
            vintage: string;
        };
        /** @description A loaded vintage. */
        LoadedVintage: {
            /**
             * @description The form of its codes, as `GET /api/v1/vintages` has it.
             * @example QN{dep}##[NMI]
             */
            codes: string;
            /** @description Its name for people, in French. */
            label: string;
            /** @description Perimeters by territory. */
            perimeters: {
                [key: string]: number;
            };
            /**
             * Format: double
             * @description The precision of the published boundaries, metres.
             */
            precision_m: number;
            /**
             * @description The vintage it replaced; null for the first.
             * @example 2015
             */
            predecessor: string | null;
            /**
             * @description State today, in metropolitan France: `past`, `current` or `coming`.
             * @example current
             */
            state: string;
            /** @example 2024 */
            vintage: string;
        };
        /** @description A zoning that is loaded. */
        LoadedZoningAnswer: {
            /** @description Its name for people, in French. */
            label: string;
            /** @description Its name. */
            name: string;
            /** @description The text or the body that made it. */
            source?: string | null;
            /**
             * Format: date
             * @description The first day it is in force; null when it is not told.
             */
            valid_from: string | null;
            /**
             * Format: date
             * @description The last day; null when it is not told.
             */
            valid_until: string | null;
        };
        /** @description The zone of a point with its dataset. */
        Located: components["schemas"]["ZoneAnswer"] & {
            /** @description The dataset it comes from. */
            dataset: components["schemas"]["DatasetRef"];
        };
        /** @description Answers to a list of points, as [`Items`] writes them. */
        LocatedList: {
            /** @description The dataset they come from. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description One item per point, in order. */
            results: components["schemas"]["Item"][];
        };
        /** @description One collection with its dataset. */
        LoneCollection: components["schemas"]["CollectionAnswer"] & {
            /** @description The dataset it is of. */
            dataset: components["schemas"]["DatasetRef"];
        };
        /** @description One feature with its dataset. */
        LoneFeature: components["schemas"]["FeatureAnswer"] & {
            /** @description The dataset it is of. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description Links to itself and to its collection. */
            links: components["schemas"]["Link"][];
        };
        /** @description A source of vector tiles. */
        MapSource: {
            /** @description The property that identifies features. */
            promoteId: string;
            /** @description The kind of tiles: `vector`. */
            type: string;
            /** @description The address of the TileJSON. */
            url: string;
        };
        /** @description A MapLibre style, version 8. */
        MapStyle: {
            /** @description Longitude and latitude to open at, WGS 84 degrees. */
            center: number[];
            /** @description The layers to draw, the first at the bottom, as the MapLibre style specification defines them. */
            layers: Record<string, unknown>[];
            /**
             * @description The name of the map.
             * @example qpv
             */
            name: string;
            /** @description The TileJSON of the layers, under the name `qpv`. */
            sources: {
                [key: string]: components["schemas"]["MapSource"];
            };
            /**
             * Format: int32
             * @description The version of the format.
             * @example 8
             */
            version: number;
            /**
             * Format: double
             * @description Zoom to open at.
             */
            zoom: number;
        };
        /** @description The name that a text was found in. */
        MatchedNameAnswer: {
            /**
             * @description The attribute that has it: `code_qp`, `lib_qp`, `lib_com` or `place_names`.
             * @example place_names
             */
            attribute: string;
            /** @description The part of the place that surely lies inside, as in `place_names`; absent for other names. */
            extent?: string | null;
            /**
             * @description The name.
             * @example Les Vergnes
             */
            name: string;
        };
        /** @description A number that a street does not have. */
        MissingNumber: {
            /** @description The least existing number above it. */
            above?: string | null;
            /** @description The number asked for. */
            asked: string;
            /** @description The greatest existing number below it. */
            below?: string | null;
            /**
             * @description The numbers of its side that its position was interpolated between; absent when that side has none below or none
             *     above: the position is then the middle of the street.
             */
            between?: string[] | null;
            /** @description The message for end users, in French. */
            message: string;
        };
        /** @description An address gained or lost. */
        MovedAddressAnswer: {
            /** @description INSEE code of its commune. */
            citycode: string;
            /** @description The first perimeter of the change that holds it. */
            code_qp: string;
            /** @description Identifier as published; may be empty. */
            id: string;
            /** @description Number, street, postcode and commune. */
            label: string;
            /**
             * Format: double
             * @description Latitude, WGS 84 degrees.
             */
            lat: number;
            /**
             * Format: double
             * @description Longitude, WGS 84 degrees.
             */
            lon: number;
            /**
             * @description `gained` or `lost`.
             * @example gained
             */
            side: string;
            /** @description True if no boundary of either vintage is closer than the address is precise. */
            sure: boolean;
        };
        /** @description The addresses and inhabitants that moved with a change. */
        MovedAnswer: {
            addresses?: components["schemas"]["AddressesMoved"] | null;
            inhabitants_from?: components["schemas"]["PopulationAnswer"] | null;
            inhabitants_gained?: components["schemas"]["EstimateAnswer"] | null;
            inhabitants_lost?: components["schemas"]["EstimateAnswer"] | null;
            inhabitants_to?: components["schemas"]["PopulationAnswer"] | null;
        };
        /** @description A place, before and after. */
        MovedPlaceAnswer: {
            /** @description True if the position is that of the address, because none was published. */
            by_address: boolean;
            /** @description Name of its commune, where published. */
            city?: string | null;
            /** @description INSEE code of its commune, where published. */
            citycode?: string | null;
            from?: components["schemas"]["PlaceStanding"] | null;
            /** @description Identifier, where published. */
            id?: string | null;
            /**
             * @description The kind it was imported as.
             * @example schools
             */
            kind: string;
            /**
             * Format: double
             * @description Latitude, WGS 84 degrees.
             */
            lat: number;
            /**
             * Format: double
             * @description Longitude, WGS 84 degrees.
             */
            lon: number;
            /**
             * @description `entered`, `left`, `stayed`, `band` (in no perimeter, in the band of at least one vintage) or `undetermined`.
             * @example entered
             */
            movement: string;
            /** @description Name. */
            name: string;
            /** @description True if no boundary that decides is closer than position and boundaries are precise. */
            sure: boolean;
            to?: components["schemas"]["PlaceStanding"] | null;
        };
        /** @description Sums over the changes for which a figure is known. */
        MovedTotalsAnswer: {
            addresses?: components["schemas"]["AddressesMoved"] | null;
            /** @description The count of changes whose addresses are known. */
            changes_with_addresses: number;
            /** @description Inhabitants of `from`. */
            inhabitants_from: components["schemas"]["KnownSumAnswer"];
            /** @description Estimates of inhabitants on ground gained. */
            inhabitants_gained: components["schemas"]["KnownSumAnswer"];
            /** @description Estimates of inhabitants on ground lost. */
            inhabitants_lost: components["schemas"]["KnownSumAnswer"];
            /** @description Inhabitants of `to`. */
            inhabitants_to: components["schemas"]["KnownSumAnswer"];
        };
        /** @description The nearest perimeter. */
        NearestQpv: {
            /** @description Official code. */
            code_qp: string;
            /**
             * Format: double
             * @description Geodesic metres, 0 inside.
             */
            distance_m: number;
            /** @description Official name. */
            lib_qp: string;
        };
        /** @description A layer or list that a programme needs. */
        NeededAnswer: {
            /** @description True if the dataset has it; without it, conditions that depend on it are unknown. */
            imported: boolean;
            /** @description The name. */
            name: string;
        };
        /** @description A parcel that words mean. */
        ParcelSuggestion: {
            /** @description Always true: an identifier is one parcel's. */
            exact: boolean;
            /** @description True when the parcel is among those loaded: only then has it a position. */
            found: boolean;
            /** @description The identifier, fourteen characters. */
            id: string;
            /** @description INSEE code of its commune. */
            insee_com: string;
            /** @description Always `parcel`. */
            kind: components["schemas"]["ParcelTag"];
            /**
             * Format: double
             * @description Its latitude.
             */
            lat?: number | null;
            /**
             * Format: double
             * @description Longitude of a point inside.
             */
            lon?: number | null;
            /** @description Why it has none, in French. */
            message?: string | null;
            /**
             * Format: double
             * @description Metres from that point within which the whole parcel lies.
             */
            reach_m?: number | null;
        };
        /**
         * @description The kind of a suggestion.
         * @enum {string}
         */
        ParcelTag: "parcel";
        /** @description The parts of a polygon that satisfy a condition. */
        PartsAnswer: {
            /** @description True if some part satisfies it. */
            any_part: boolean;
            /** @description True if every part satisfies it. */
            every_part: boolean;
            /** @description True if a part is so close to the limit that the published boundaries cannot settle it. */
            near_boundary: boolean;
        };
        /** @description A list of people, or of homes. Other fields are ignored. */
        PeopleTable: {
            /**
             * @description The column of the birth date, `-` if the list has none. Default: recognised (`date de naissance`…). Like the next
             *     three, read for a programme only. A programme that depends on it is refused without either.
             */
            birth_date?: string;
            /** @description The column of the day of the check. Default: recognised (`date de la demande`…). */
            check_date?: string;
            /** @description The columns that make up the address, in order. Default: recognised (`adresse`, `code postal`, `commune`…). */
            columns?: string[];
            /**
             * @description Corrections of rows, as JSON: `columns`, the columns that the list gets for them (`Adresse corrigée`, `Position corrigée`,
             *     `École corrigée`, `revue_zone`, `revue_motif`, `revue_fonction`), and `rows`, their texts by the number of the row
             *     (`{"columns": ["Adresse corrigée"], "rows": {"12": ["3 rue des Cordiers"]}}`). The rows are answered as if the list had
             *     these columns, which stand behind its own in the answers.
             */
            corrections?: string;
            /**
             * Format: binary
             * @description The list: CSV, XLSX, XLS or ODS; its columns are recognised by their French headers.
             */
            data: string;
            /**
             * @description The column of a declaration of the programme, as `NAME=COLUMN`, `NAME=-` if the list has none; may come several
             *     times. Default: recognised by the declaration's name or label. Its fields say `oui` or `non` (`1`, `0`, `vrai`,
             *     `faux`, `x`…); an empty one is unknown.
             */
            declaration?: string[];
            /**
             * @description The same by the INSEE code of the commune.
             * @example 61169
             */
            default_citycode?: string;
            /**
             * @description The postcode of rows whose address names neither a commune nor a postcode: without it, or `default_citycode`, they stay
             *     undetermined where the addresses of a part of the country are loaded.
             * @example 61100
             */
            default_postcode?: string;
            /** @description The delimiter of a CSV list, one character. Default: found in the first line. */
            delimiter?: string;
            /** @description The encoding of a CSV list: `utf-8`, `windows-1252`, `macintosh` or `ibm850`. Default: found in the first lines. */
            encoding?: string;
            /**
             * @description Indicators of `/api/v1/indicators`, a comma between them, or `all`, with or without a programme; each is a column of
             *     the figures of the (first) perimeter a row is in.
             */
            fields?: string;
            /**
             * @description The titles of the added columns: `fr`, French words for people, or `api`, the names of the API. Default: `fr` in a
             *     spreadsheet, `api` in CSV.
             */
            headers?: string;
            /**
             * Format: date
             * @description The day of the check of rows without one (`YYYY-MM-DD`). Default: today.
             */
            on?: string;
            /**
             * @description `table` (default): the list with its answers, a spreadsheet with the counts on a second sheet. `summary`: the counts
             *     alone, as JSON. `summary_csv`: the counts as the second sheet has them, as CSV. `bundle`: `multipart/form-data` with
             *     the parts `table`, `summary` (JSON) and `points` (GeoJSON). `rows`: the list with its answers as CSV in UTF-8, for
             *     programs: with commas, the names of the API, and the number of each row in a first column `row`. `preview`: the start of the list alone, with the role
             *     of each column.
             */
            output?: string;
            /**
             * @description A programme of `/api/v1/programmes`; several with a comma between them, or `*` for all, whose columns then begin with
             *     their ids. Without one, the zones of the homes alone are answered.
             * @example pre-national
             */
            programme?: string;
            /**
             * @description A name for this run, made at random by the client (16 to 64 letters, digits and hyphens), under which `GET
             *     /api/v1/batch/progress/{id}` returns its progress. To be sent before `data`.
             */
            progress?: string;
            /** @description The column of the function of whoever reviewed. Default: recognised (`revue_fonction`, `review_function`…). */
            review_by?: string;
            /** @description The column of the evidence of a review. Default: recognised (`revue_motif`, `review_reason`…). */
            review_reason?: string;
            /**
             * @description The column with the zone that a review of the row found, `-` if none is read. Default: recognised (`revue_zone`,
             *     `review_zone`, `zone constatée`…). A review is taken where the zone is `undetermined`; its status, its zone and a
             *     sentence are added (`review_status`, `zone_after_review`, `revue`), with a programme the result that follows from it
             *     (`result_after_review`, `resultat_apres_revue`).
             */
            review_zone?: string;
            /**
             * Format: double
             * @description Without a programme: the width of a ring, 1 to 4,000 metres: where each home stands to it around the perimeters
             *     (column `ring`) and the areas of the zonings.
             */
            ring?: number;
            /** @description The column of the school, by name or identifier, `-` if the list has none. Default: recognised (`école`…). */
            school?: string;
            /** @description The column of the sex, for the counts. Default: recognised (`sexe`). */
            sex?: string;
            /** @description The sheet of a spreadsheet. Default: the first that is not hidden. */
            sheet?: string;
            /**
             * Format: int64
             * @description For publication: counts under this number are hidden in the second sheet and in `summary_csv`.
             */
            suppress_under?: number;
            /** @description Without a programme: the vintage that answers, such as `2024`, instead of a day. */
            vintage?: string;
            /**
             * @description Without a programme: zonings of `/api/v1/zonings`, a comma between them, or `all`; each adds columns
             *     (`zfu_te_standing`, `zfu_te_doubt`, `zfu_te_codes`…) with what `/api/v1/zones` says of it.
             */
            zonings?: string;
        };
        /** @description A perimeter with those of the vintages before and after that overlap it, and its dataset. */
        PerimeterAnswer: components["schemas"]["PerimeterFeature"] & {
            /** @description The dataset it comes from. */
            dataset: components["schemas"]["DatasetRef"];
            /**
             * @description The perimeters of the vintage before that overlap it, largest shared area first. Slivers are left out: an area within
             *     the tolerance of either perimeter, which is the larger of 2 % of its area and 5 m along its line, at most half of it.
             *     Null when that vintage is not loaded for the whole territory: unknown is not "none". Absent in the first vintage.
             */
            predecessors?: components["schemas"]["Relative"][] | null;
            /** @description The perimeters of the vintage after that overlap it, likewise; absent while none after it is known. */
            successors?: components["schemas"]["Relative"][] | null;
        };
        /** @description Perimeters as a GeoJSON feature collection; complete, never cut. */
        PerimeterCollection: {
            /** @description The dataset they come from. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description The perimeters, oldest vintage first, in code order. */
            features: components["schemas"]["PerimeterFeature"][];
            /** @description `FeatureCollection`. */
            type: string;
        };
        /** @description A perimeter as a GeoJSON feature, WGS 84. */
        PerimeterFeature: {
            /** @description GeoJSON `MultiPolygon`, or null when not asked for. */
            geometry: Record<string, unknown> | null;
            /** @description Official code. */
            id: string;
            /** @description Official attributes. */
            properties: components["schemas"]["PerimeterProperties"];
            /** @description `Feature`. */
            type: string;
        };
        /** @description The official attributes of a perimeter. */
        PerimeterProperties: components["schemas"]["VintageAnswer"] & {
            /**
             * Format: double
             * @description Planar area in the territory's legal projection, hectares; null when the outline is published as a point or a line.
             */
            area_ha?: number | null;
            /**
             * @description Official code.
             * @example QN06103M
             */
            code_qp: string;
            figures?: components["schemas"]["FiguresAnswer"] | null;
            /** @description INSEE codes of its communes. */
            insee_com: string[];
            /** @description Department code. */
            insee_dep: string;
            /** @description Region code, where published. */
            insee_reg?: string | null;
            /** @description Names of its communes. */
            lib_com: string[];
            /** @description Department name, where published. */
            lib_dep?: string | null;
            /** @description Name of its intercommunality, as published, or names; absent when it is not loaded. */
            lib_epci?: string | null;
            /** @description Official name. */
            lib_qp: string;
            /** @description Region name, where published. */
            lib_reg?: string | null;
            matched?: components["schemas"]["MatchedNameAnswer"] | null;
            /**
             * @description The names of places and quarters inside, by the addresses and the lists of places loaded: of a perimeter asked by its
             *     code. Null when no addresses of its communes are loaded.
             */
            place_names?: components["schemas"]["PlaceNameAnswer"][] | null;
            /**
             * Format: int32
             * @description *Population municipale*, inhabitants; absent when it is not loaded, or secret.
             */
            population?: number | null;
            /**
             * Format: int32
             * @description The year of the population; absent when it is not known.
             */
            population_year?: number | null;
            /** @description SIREN numbers of its intercommunalities, where published. */
            siren_epci: string[];
            /**
             * @description The territory.
             * @example metropole
             */
            territory: string;
        };
        /** @description A perimeter that an area meets. */
        PerimeterShareAnswer: {
            /**
             * Format: int64
             * @description Addresses of it in the area; null when they are not loaded.
             */
            addresses?: number | null;
            /**
             * @description Official code.
             * @example QN06103M
             */
            code_qp: string;
            /**
             * Format: double
             * @description Hectares of it in the area; null without an outline of the area.
             */
            hectares?: number | null;
            /**
             * Format: int64
             * @description Inhabitants of it in the area, estimated; null when none are published.
             */
            inhabitants?: number | null;
            /**
             * @description The base they were shared out over: `addresses` or `ground`.
             * @example addresses
             */
            inhabitants_by?: string | null;
            /** @description Official name. */
            lib_qp: string;
            /**
             * Format: double
             * @description Its own hectares.
             */
            total_hectares: number;
        };
        /** @description A perimeter that words may mean. */
        PerimeterSuggestion: {
            /** @description Official code. */
            code_qp: string;
            /** @description True when the words are its name or its code. */
            exact: boolean;
            /** @description The part of that place that lies inside, as in `place_names` of a perimeter. */
            extent?: string | null;
            /** @description INSEE codes of its communes. */
            insee_com: string[];
            /** @description Always `perimeter`. */
            kind: components["schemas"]["PerimeterTag"];
            /** @description Names of its communes. */
            lib_com: string[];
            /** @description Official name. */
            lib_qp: string;
            /** @description The name of the place inside that it was found by. */
            place?: string | null;
            /** @description The vintage. */
            vintage: string;
        };
        /**
         * @description The kind of a suggestion.
         * @enum {string}
         */
        PerimeterTag: "perimeter";
        /** @description The name of a place inside a perimeter. */
        PlaceNameAnswer: {
            /**
             * @description The part that surely lies inside: `whole` when all its numbered addresses do, `partial` when some do, `point` for the
             *     one position that is published of it.
             * @example whole
             */
            extent: string;
            /**
             * @description As published.
             * @example Les Vergnes
             */
            name: string;
            /**
             * @description `addresses`, or the kind of the list it comes from, such as `schools`.
             * @example addresses
             */
            source: string;
        };
        /** @description The zone of a place in a vintage. */
        PlaceStanding: {
            /**
             * Format: double
             * @description Metres to the nearest line, negative inside; null beyond 5 km.
             */
            distance_to_boundary_m?: number | null;
            /** @description The perimeters that hold it. */
            qpv: components["schemas"]["QpvRef"][];
            /**
             * @description `qpv`, `band_300m`, `outside` or `undetermined`.
             * @example qpv
             */
            zone: string;
        };
        /** @description A place of a list that words may mean. */
        PlaceSuggestion: {
            /** @description Its address, where published. */
            address?: string | null;
            /** @description True when the words are its name or its identifier. */
            exact: boolean;
            /** @description Its identifier, where published. */
            id?: string | null;
            /** @description INSEE code of its commune, where published. */
            insee_com?: string | null;
            /** @description Always `place`. */
            kind: components["schemas"]["PlaceTag"];
            /**
             * Format: double
             * @description Its latitude.
             */
            lat?: number | null;
            /** @description The name of its commune, where published. */
            lib_com?: string | null;
            /** @description The kind of the list, such as `schools`. */
            list: string;
            /**
             * Format: double
             * @description Its longitude, where its position is published.
             */
            lon?: number | null;
            /** @description Its name. */
            name: string;
        };
        /**
         * @description The kind of a suggestion.
         * @enum {string}
         */
        PlaceTag: "place";
        /** @description The corrected position of an address, as a person placed it. */
        PlacedAnswer: components["schemas"]["ZoneAnswer"] & {
            /**
             * @description Always `placed_by_hand`.
             * @example placed_by_hand
             */
            kind: string;
            /**
             * Format: double
             * @description The latitude.
             */
            lat: number;
            /**
             * Format: double
             * @description The longitude, WGS 84 degrees.
             */
            lon: number;
            /** @description The message for end users, in French. */
            message: string;
            /**
             * Format: double
             * @description The geodesic distance to the address's own position, metres; null when the address was not surely found, or is
             *     known to its street or commune only.
             */
            moved_m?: number | null;
        };
        /** @description The corrected position of an address, as a person placed it. */
        PlacedBody: {
            /** @description Latitude. */
            lat: components["schemas"]["GivenCoordinate"];
            /** @description Longitude, WGS 84 degrees. */
            lon: components["schemas"]["GivenCoordinate"];
            /**
             * Format: double
             * @description The uncertainty of the position, metres. Default: 20; 5 where the houses were seen on a plan or a photograph.
             */
            uncertainty_m?: number | null;
        };
        /** @description A list of points. */
        PointsBody: {
            /** @description Reference system of the points when it is a projected one. */
            crs?: string | null;
            /** @description Indicators of `/api/v1/indicators`, a comma between them, or `all`. */
            fields?: string | null;
            /**
             * Format: date
             * @description The day whose perimeters in force answer (`YYYY-MM-DD`); today by default.
             */
            on?: string | null;
            /**
             * @description `[longitude, latitude]` in WGS 84 degrees, or `[x, y]` in `crs`; 100,000 at most. Numbers are exact; texts are as
             *     exact as they are written.
             */
            points: components["schemas"]["GivenCoordinate"][][];
            /**
             * Format: double
             * @description The width of a ring, 1 to 4,000 metres.
             */
            ring?: number | null;
            /**
             * Format: double
             * @description The uncertainty of every position, metres.
             */
            uncertainty_m?: number | null;
            /** @description A vintage, such as `2024`; excludes `on`. */
            vintage?: string | null;
            /** @description Zonings of `/api/v1/zonings`, with commas between them; all that are loaded by default. */
            zonings?: string | null;
        };
        /** @description A GeoJSON object, of which more than its type is read. */
        PolygonBody: {
            type: ("Polygon" | "MultiPolygon" | "Feature") & Record<string, unknown>;
        };
        /** @description *Population municipale*, as published. */
        PopulationAnswer: {
            /**
             * Format: int64
             * @description The count of inhabitants.
             */
            inhabitants: number;
            /**
             * Format: int32
             * @description The year they were counted for.
             */
            year?: number | null;
        };
        /** @description The zone of a position. */
        PositionAnswer: components["schemas"]["ZoneAnswer"] | components["schemas"]["PlacedAnswer"];
        /** @description The start of a list. */
        PreviewAnswer: {
            /** @description The columns, in order. */
            columns: components["schemas"]["PreviewColumn"][];
            /** @description The delimiter of a CSV list, one character. */
            delimiter?: string | null;
            /** @description The encoding of a CSV list: `utf-8`, `windows-1252`, `macintosh` or `ibm850`. */
            encoding?: string | null;
            /**
             * @description The format: `csv`, `xlsx`, `xls` or `ods`.
             * @example csv
             */
            format: string;
            /**
             * Format: int64
             * @description The row that names the columns, from 1: titles may stand above it. 0 where none does: they are named by what is in them.
             */
            header_row: number;
            /** @description The names of those that are hidden: the first of the others is read unless one is named. */
            hidden_sheets?: string[];
            /** @description The first eight rows that are not blank, as texts: a field for each column, cut after 200 characters. */
            rows: string[][];
            /** @description The sheet of a spreadsheet that was read. */
            sheet?: string | null;
            /** @description The names of a spreadsheet's sheets. */
            sheets?: string[];
            /** @description The columns that may seem to be wanted and are not read. */
            unread?: components["schemas"]["UnreadAnswer"][];
        };
        /** @description A column of a list. */
        PreviewColumn: {
            /** @description The name in the list. */
            name: string;
            /**
             * @description The role: `address`, `birth_date`, `sex`, `school`, `check_date`, `review_zone`, `review_reason` or `review_by`; null when
             *     the column is not read.
             * @example address
             */
            role?: string | null;
        };
        /** @description A problem as sent (`application/problem+json`). */
        Problem: {
            /**
             * @description Stable name of the error.
             * @example outside_coverage
             */
            code: string;
            /** @description The cause this time and the remedy, in English. */
            detail: string;
            /** @description The same for end users, in French. */
            message: string;
            /**
             * Format: int32
             * @description HTTP status.
             */
            status: number;
            /** @description The meaning of the code, in English. */
            title: string;
        };
        /** @description A programme. */
        ProgrammeAnswer: {
            /** @description The way that annexes of a building count: `together` or `apart`; of programmes on buildings. */
            annexes?: string | null;
            /**
             * @description The kinds of its conditions: `age`, `zone`, `qpv`, `in`, `layer`, `commune`, `school`, `footprint`, `declared`, `number`,
             *     `date`, `running`.
             */
            asks: string[];
            /** @description The rule for a street that the boundary follows: `axis`, or `both_sides` if both kerbs count as inside. */
            boundary_street: string;
            /** @description The facts that it takes in `declared`. */
            declarations: components["schemas"]["DeclarationAnswer"][];
            /** @description The departments outside of which no rule of it can hold, by INSEE code; absent when it is for the whole country. */
            departments?: string[];
            /**
             * Format: date
             * @description The first day on which it applies.
             */
            from?: string | null;
            /**
             * @description The identifier, for the field `programme` of a check.
             * @example pre-national
             */
            id: string;
            /** @description The zonings and custom layers that it needs. */
            layers: components["schemas"]["NeededAnswer"][];
            /** @description The name, in French. */
            name: string;
            /** @description The facts without which nobody is eligible, which a list must have a column for: `birth_date`, `school`. */
            required: string[];
            /**
             * Format: date
             * @description The last day on which a right granted before may still run.
             */
            runs_until?: string | null;
            school_list?: components["schemas"]["NeededAnswer"] | null;
            /** @description The texts that its rules come from. */
            sources: components["schemas"]["SourceAnswer"][];
            /** @description The subject: `person`, `establishment` or `building`. */
            subject: string;
            /** @description The points left to human judgement, in French. */
            to_assess: string[];
            /**
             * Format: date
             * @description The last day on which it applies.
             */
            until?: string | null;
            /** @description The result when the zone is uncertain: `undetermined`, or `benefit_of_doubt`. */
            when_uncertain: string;
        };
        /** @description The programmes that can be asked. */
        ProgrammeList: {
            /** @description The dataset that holds the imported programmes, and the layers and lists they need. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description The programmes: the imported ones in the order of their import, then the built-in ones. */
            programmes: components["schemas"]["ProgrammeAnswer"][];
        };
        /** @description The progress of a list. */
        ProgressAnswer: {
            /**
             * Format: int64
             * @description Milliseconds since the list began.
             */
            elapsed_ms: number;
            /**
             * Format: double
             * @description The share that is answered, from 0 to 1; null while the list is being received, and while it waits.
             * @example 0.42
             */
            fraction?: number | null;
            /**
             * Format: int64
             * @description Rows answered.
             */
            rows: number;
            /** @description True while the list is all there and waits for its turn: it is answered once others have ended. */
            waiting: boolean;
        };
        /** @description A perimeter, briefly. */
        QpvRef: {
            /**
             * @description Official code.
             * @example QN06103M
             */
            code_qp: string;
            figures?: components["schemas"]["FiguresAnswer"] | null;
            /** @description INSEE codes of its communes; empty while a name of 2015 is matched to none. */
            insee_com: string[];
            /** @description Names of its communes. */
            lib_com: string[];
            /**
             * @description Official name.
             * @example Saint Michel
             */
            lib_qp: string;
        };
        /** @description Consecutive numbers of one side that have the same zone. */
        RangeAnswer: components["schemas"]["SpanAnswer"] & {
            error?: components["schemas"]["Problem"] | null;
            /**
             * Format: double
             * @description The greatest such distance; null beyond 5 km.
             */
            greatest_distance_m?: number | null;
            /**
             * Format: double
             * @description The least geodesic distance from a number to a boundary, on whichever side, metres; null beyond 5 km.
             */
            least_distance_m?: number | null;
            /**
             * @description The message for end users, in French.
             * @example pairs 2 à 48 : dans le quartier prioritaire Saint Michel (QN06103M)
             */
            message: string;
            /** @description The perimeters that contain all of these numbers; for another zone, the nearest ones. In code order. */
            perimeters: components["schemas"]["QpvRef"][];
            zone?: components["schemas"]["ZoneName"] | null;
        };
        /** @description The dataset that the service answers from. */
        Ready: {
            /**
             * @description The check of the addresses after a start: `running` (damage to their file would not show yet), `passed`, or `failed`
             *     (they answer nothing); null without addresses.
             */
            address_check: string | null;
            /** @description The departments whose addresses are loaded, by INSEE code, in order. */
            address_departments: string[];
            /** @description The limits of the certainty of answers of today, the weakest first. */
            certainty_limits: components["schemas"]["CertaintyLimit"][];
            /** @description The dataset in use. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description The origins of the sites that may show `/embed` and `/grist` in a frame. */
            frame_ancestors: string[];
            /** @description A session of the sign-in page is open, which `POST /sign-out` ends. */
            signed_in: boolean;
            /** @description Always `ready`. */
            status: string;
            /**
             * @description `watched`: a newer dataset is noticed within seconds; `stopped`: it would not be, restart the service; `off`: the
             *     service was asked to stay on this one.
             */
            updates: string;
            /** @description The vintages loaded. */
            vintages: components["schemas"]["LoadedVintage"][];
        };
        /** @description The members of [`UnknownAnswer`], absent when the figures are known. */
        ReasonMembers: {
            /** @description The same for end users, in French. */
            message?: string;
            /** @description The reason why they are not known, as elsewhere. */
            reason?: string;
        };
        /** @description A perimeter of another vintage. */
        Relative: {
            /**
             * Format: double
             * @description Its whole area, hectares.
             */
            area_ha: number;
            /**
             * @description Official code.
             * @example QP061003
             */
            code_qp: string;
            /** @description Official name. */
            lib_qp: string;
            /**
             * Format: double
             * @description The area of what both have in common, hectares, planar in the legal projection.
             */
            shared_ha: number;
        };
        /** @description The members of a check, who asks for the report and what it is about. */
        ReportBody: {
            /** @description The subject of the report, 120 characters at most; printed and signed. */
            about?: string | null;
            /** @description The person who asks, 80 characters at most; printed and signed. */
            asked_by?: string | null;
            /** @description The person's birth date (`YYYY-MM-DD`). */
            birth_date?: string | null;
            /** @description Only in this commune, by INSEE code. */
            citycode?: string | null;
            /**
             * @description The facts that only people know, by the names that the programme gives: true or false, a number, or a day as a text. Of
             *     several programmes, one counts for all that ask a fact of that name; `programme/name` states it for one alone.
             */
            declared?: {
                [key: string]: components["schemas"]["DeclaredBody"];
            };
            /**
             * @description Instead of both: the outline of a building, a GeoJSON `Polygon` or `MultiPolygon`, alone or in a `Feature`; or a project of
             *     several, a `FeatureCollection` whose features with the property `annex: true` are annexes, `name` being their name.
             */
            footprint?: Record<string, unknown> | null;
            lat?: components["schemas"]["GivenCoordinate"] | null;
            lon?: components["schemas"]["GivenCoordinate"] | null;
            /**
             * Format: date
             * @description A day (`YYYY-MM-DD`). Default: today.
             */
            on?: string | null;
            placed?: components["schemas"]["PlacedBody"] | null;
            /** @description Only in this postcode. */
            postcode?: string | null;
            /**
             * @description A programme of `/api/v1/programmes`, for its eligibility; several with a comma between them, or `*` for all that fit the
             *     subject: persons and establishments at an address or a position, buildings for an outline.
             */
            programme?: string | null;
            /** @description The address, 200 characters at most. */
            q?: string | null;
            review?: components["schemas"]["ReviewBody"] | null;
            /**
             * Format: double
             * @description The width of a ring, 1 to 4,000 metres.
             */
            ring?: number | null;
            /** @description The same, by its name; `aucune` for none. */
            school?: string | null;
            /** @description The person's school, by its identifier (UAI). */
            school_id?: string | null;
            /**
             * Format: double
             * @description The uncertainty of this position, metres. Default: 0; 20 for a corrected one.
             */
            uncertainty_m?: number | null;
            /** @description Vintage, such as `2024`. Default: the one in force there on the day `on`. */
            vintage?: string | null;
            /** @description Zonings of `/api/v1/zonings`, with commas between them; all that are loaded by default. */
            zonings?: string | null;
        };
        /** @description The key that reports are signed with. */
        ReportKeyAnswer: {
            /** @description Always `Ed25519`. */
            algorithm: string;
            /** @description The first 16 digits of the key, which name it in reports. */
            key_id: string;
            /** @description The public key, 64 hexadecimal digits. */
            public_key: string;
        };
        /**
         * @description The answer to "is it in this zoning?". The first two are SIG Ville's, the others are added here. None of those contains
         *     OUI or NON, so that a client that looks for these words in them finds none.
         * @enum {string}
         */
        ResponseCode: "OUI" | "INDETERMINE" | "INDISPONIBLE" | "NON" | "ERREUR";
        /** @description A position in a body, so that it stands in no URL. */
        ReverseBody: {
            /** @description Only in this commune, by INSEE code. */
            citycode?: string | null;
            /** @description Latitude. */
            lat: components["schemas"]["GivenCoordinate"];
            /** @description Number of addresses, 100 at most. Default: 1. */
            limit?: number | null;
            /** @description Longitude, WGS 84 degrees. */
            lon: components["schemas"]["GivenCoordinate"];
            /**
             * Format: date
             * @description A day for the zones.
             */
            on?: string | null;
            /** @description Only in this postcode. */
            postcode?: string | null;
            /** @description Only addresses of this kind, or of several, separated by a space or a comma. */
            type?: string | null;
            /** @description Vintage of the zones. */
            vintage?: string | null;
            /** @description Adds the zone of each address in `properties.qpv`. Default: false. */
            zones?: boolean;
        };
        /** @description A table of positions. Other fields are ignored. */
        ReverseTable: {
            /** @description The column of the INSEE code of a commune that the address must be in. */
            citycode?: string;
            /**
             * Format: binary
             * @description The table: delimited text whose first line names the columns.
             */
            data: string;
            /** @description One character. Default: found in the first line. */
            delimiter?: string;
            /** @description `utf-8`, `windows-1252`, `macintosh` or `ibm850`, in and out. Default: found in the first lines. */
            encoding?: string;
            /**
             * @description With `zones`: indicators of `/api/v1/indicators`, a comma between them, or `all`; each is a column
             *     `result_qpv_…` of the figures of the (first) perimeter an address is in.
             */
            fields?: string;
            /** @description The column of the latitude, WGS 84 degrees. Default: recognised (`lat`, `latitude`…). */
            lat?: string;
            /** @description The column of the longitude. Default: recognised (`lon`, `longitude`, `lng`, `long`…). */
            lon?: string;
            /**
             * Format: date
             * @description A day for the zones.
             */
            on?: string;
            /** @description The column of a postcode that the address must be in. */
            postcode?: string;
            /**
             * @description The columns to add for each address. Default: `result_latitude`, `result_longitude`, `result_distance` and those of
             *     `/search/csv` without the scores.
             */
            result_columns?: string[];
            /**
             * Format: double
             * @description With `zones`: the width of a ring, 1 to 4,000 metres, around the perimeters and the areas of the zonings.
             */
            ring?: number;
            /** @description Only places of this kind, or of several, as in `/search/csv`. */
            type?: string;
            /** @description Vintage of the zones. */
            vintage?: string;
            /** @description `1` for a byte order mark at the beginning of an answer in UTF-8. */
            with_bom?: string;
            /** @description `1` for the zone of each address in columns `result_qpv_…`. */
            zones?: string;
            /**
             * @description With `zones`: zonings of `/api/v1/zonings`, a comma between them, or `all`; each adds columns
             *     (`result_zfu_te_standing`…) with what `/api/v1/zones` says of it.
             */
            zonings?: string;
        };
        /** @description The review of an undetermined zone, and what follows from it. */
        ReviewAnswer: {
            /** @description The function of whoever reviewed. */
            by: string;
            /** @description The eligibility to each programme, when several were asked. */
            eligibilities?: components["schemas"]["EligibilityAnswer"][];
            eligibility?: components["schemas"]["EligibilityAnswer"] | null;
            /** @description The message for end users, in French. */
            message: string;
            /** @description The evidence. */
            reason: string;
            /** @description The zone of the review: never `undetermined`. */
            zone: components["schemas"]["ZoneName"];
        };
        /** @description The review of an undetermined answer by somebody who has the evidence. */
        ReviewBody: {
            /** @description The function of whoever reviewed, 80 characters at most. */
            by: string;
            /** @description The evidence, 160 characters at most. */
            reason: string;
            /**
             * @description The zone: `qpv`, `band_300m` or `outside`, one of those that the data leaves open.
             * @example qpv
             */
            zone: string;
        };
        /** @description Where a place stands to a ring around the perimeters. */
        RingAnswer: {
            /**
             * @description `inside` a perimeter, in the `ring`, `outside` or `undetermined`.
             * @example ring
             */
            standing: string;
            /**
             * Format: double
             * @description The width asked for, metres.
             */
            width_m: number;
        };
        /** @description A rule. */
        RuleAnswer: {
            /** @description Who decides on such a case, in French. */
            decided_by?: string | null;
            /** @description The short name, in French. */
            name?: string | null;
            /** @description The note that goes with the result, in French. */
            note?: string | null;
            /**
             * Format: int32
             * @description The greatest share of people that the rule may admit, percent.
             */
            quota_percent?: number | null;
            /** @description The result of the rule: `eligible` or `outside_rule_possible`. */
            result: string;
            /** @description The text that the rule comes from. */
            source: components["schemas"]["SourceAnswer"];
        };
        /** @description A search in a body, so that the address stands in no URL. */
        SearchBody: {
            /** @description The last word may be the beginning of a longer one. Default: true. */
            autocomplete?: boolean | null;
            /** @description Only in this commune, by INSEE code. */
            citycode?: string | null;
            /** @description Number of addresses, 100 at most. Default: 5. */
            limit?: number | null;
            /** @description Longitude and latitude of a place: addresses near it come first. */
            near?: number[] | null;
            /**
             * Format: date
             * @description A day for the zones.
             */
            on?: string | null;
            /** @description Only in this postcode. */
            postcode?: string | null;
            /** @description The address, 200 characters at most. */
            q: string;
            /** @description Only addresses of this kind, or of several, separated by a space or a comma. */
            type?: string | null;
            /** @description Vintage of the zones. */
            vintage?: string | null;
            /** @description Adds the zone of each address in `properties.qpv`. Default: false. */
            zones?: boolean;
        };
        /** @description A table of addresses. Other fields are ignored. */
        SearchTable: {
            /** @description The column of the INSEE code of a commune that the address must be in. */
            citycode?: string;
            /** @description The columns that make up the address, in order. Default: all. */
            columns?: string[];
            /**
             * Format: binary
             * @description The table: delimited text whose first line names the columns.
             */
            data: string;
            /** @description One character. Default: found in the first line, among `;` tab `|` `,`. */
            delimiter?: string;
            /** @description `utf-8`, `windows-1252`, `macintosh` or `ibm850`, in and out. Default: found in the first lines. */
            encoding?: string;
            /**
             * @description With `zones`: indicators of `/api/v1/indicators`, a comma between them, or `all`; each is a column
             *     `result_qpv_…` of the figures of the (first) perimeter an address is in.
             */
            fields?: string;
            /** @description The column of a latitude: addresses near it are preferred. */
            lat?: string;
            /** @description The column of its longitude. */
            lon?: string;
            /**
             * Format: date
             * @description A day (`YYYY-MM-DD`) for the zones. Default: today.
             */
            on?: string;
            /** @description The column of a postcode that the address must be in. */
            postcode?: string;
            /**
             * @description The columns to add for each address. Default: `latitude`, `longitude`, `result_label`, `result_score`,
             *     `result_score_next`, `result_type`, `result_id`, `result_housenumber`, `result_name`, `result_street`,
             *     `result_postcode`, `result_city`, `result_citycode`, `result_context`, `result_status`.
             */
            result_columns?: string[];
            /**
             * Format: double
             * @description With `zones`: the width of a ring, 1 to 4,000 metres, around the perimeters and the areas of the zonings.
             */
            ring?: number;
            /**
             * @description Only places of this kind: `housenumber`, `street`, `locality` or `municipality`; or of several, separated by a space
             *     or a comma, or in several fields.
             */
            type?: string;
            /** @description Vintage of the zones, such as `2024`. Default: the one in force there on the day `on`. */
            vintage?: string;
            /** @description `1` for a byte order mark at the beginning of an answer in UTF-8, which spreadsheets want. */
            with_bom?: string;
            /**
             * @description `1` for the zone of each address in columns `result_qpv_…`: `undetermined` when the data does not support
             *     a single answer, with the reason in `result_qpv_doubt`.
             */
            zones?: string;
            /**
             * @description With `zones`: zonings of `/api/v1/zonings`, a comma between them, or `all`; each adds columns
             *     (`result_zfu_te_standing`…) with what `/api/v1/zones` says of it.
             */
            zonings?: string;
        };
        /** @description The shares of an area. */
        ShareAnswer: {
            /** @description The notice that a part of a polygon lies beyond the territory, in French; absent when none does. */
            beyond?: string | null;
            /** @description The dataset that they come from. */
            dataset: components["schemas"]["DatasetRef"];
            /**
             * @description The territory whose legal projection hectares are measured in.
             * @example metropole
             */
            territory: string;
            /** @description The shares in each vintage, oldest first. */
            vintages: components["schemas"]["VintageShareAnswer"][];
        };
        /** @description A polygon or a list to share. */
        ShareBody: {
            /** @description Instead: addresses; 10,000 at most. */
            addresses?: string[] | null;
            /** @description Instead: positions, `[longitude, latitude]` in WGS 84 degrees; 100,000 at most. */
            points?: components["schemas"]["GivenCoordinate"][][] | null;
            /**
             * @description The area: a GeoJSON `Polygon` or `MultiPolygon`, alone, in a `Feature` or in a `FeatureCollection`, whose features count
             *     together; 10,000 vertices at most.
             */
            polygon?: Record<string, unknown> | null;
            /** @description The vintage; by default, each that is known. */
            vintage?: string | null;
        };
        /** @description The description of the answer to a body. */
        SharedAnswer: components["schemas"]["ShareAnswer"] | components["schemas"]["ListShareAnswer"];
        /**
         * @description The answer to a request of this contract. The members of the first level are those of the zoning that decides: the first
         *     one that is `OUI`, else the first that leaves something open, else the first.
         */
        SigVilleAnswer: (components["schemas"]["SigVilleZoning"] | null) & {
            /** @description The address found. */
            adresse: components["schemas"]["FoundAddress"];
            /** @description The dataset that the answer comes from. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description `COMMUNE_AVEC_QUARTIER` or `COMMUNE_SANS_QUARTIER` in the zonings asked; null when the commune, or that, is not sure. */
            loccom_ref?: string | null;
            /** @description The answer for each zoning, in the order asked. */
            reponses: components["schemas"]["SigVilleZoning"][];
        };
        /** @description A refusal, in the form of an answer. */
        SigVilleError: components["schemas"]["SigVilleZoning"] & {
            /** @description Always empty. */
            reponses: components["schemas"]["SigVilleZoning"][];
        };
        /** @description The answer for one zoning. */
        SigVilleZoning: {
            /** @description The reason. */
            code_info: components["schemas"]["InfoCode"];
            /** @description Its code, in the same cases. */
            code_quartier?: string | null;
            /** @description `OUI`, `NON`, or one of the codes added here. */
            code_reponse: components["schemas"]["ResponseCode"];
            /** @description The same for people, in French. */
            info: string;
            /** @description The name of the neighbourhood; null unless the answer is `OUI` and all that the place may be lie in the same. */
            nom_quartier?: string | null;
            /**
             * @description The zoning, as asked, in capitals.
             * @example QP
             */
            type_quartier: string;
        };
        /** @description The ground of an address, when its position alone leaves its zone open. */
        SiteAnswer: {
            /**
             * @description The kind that was decided by: `parcels` or `buildings`.
             * @example buildings
             */
            basis: string;
            /** @description The number of buildings. */
            buildings: number;
            /**
             * @description `clear` when all of them lie in one zone, `reaches` when the buildings reach clear of the line and are not cut by it, `cut`
             *     when a line runs through them, `near` when a line is nearer than it is exact, `none` for the reason in the notes.
             * @example clear
             */
            finding: string;
            /**
             * @description `identifier` when the address file names its parcels, `holding` when they hold its position, `nearest` when they come
             *     within the uncertainty of its position.
             * @example identifier
             */
            join: string;
            /** @description The obstacles met, and what is worth knowing. */
            notes?: components["schemas"]["SiteNoteAnswer"][];
            /** @description Their outlines, GeoJSON, longitude and latitude on WGS 84; `kind` and `id` in the properties. */
            outlines: Record<string, unknown>;
            /**
             * @description The identifiers of the parcels.
             * @example [
             *       "90010000AB0123"
             *     ]
             */
            parcels: string[];
        };
        /** @description Something about the ground of an address. */
        SiteNoteAnswer: {
            /**
             * @description `unknown_parcels`, `far_parcels`, `spans_parcels`, `no_building`, `unusable` or `damaged`.
             * @example unknown_parcels
             */
            code: string;
            /** @description The parcels it is about. */
            parcels?: string[];
        };
        /** @description A text that rules come from. */
        SourceAnswer: {
            /** @description The article, or part of it. */
            article: string;
            /**
             * Format: date
             * @description The day it was read.
             */
            read?: string | null;
            /** @description A remark on how sure the reading of the text is. */
            remark?: string | null;
            /** @description The title and the date, in French. */
            text: string;
            /** @description The URL of the text. */
            url?: string | null;
        };
        /** @description A file that a part of the data was read from. */
        SourceFileAnswer: {
            /**
             * Format: int64
             * @description Its length in bytes.
             */
            bytes: number;
            /** @description Its licence, where the catalogue of sources has it. */
            licence?: string | null;
            /** @description The name of the file, without folders, as the operator had it: of any length. */
            name: string;
            /**
             * @description The part, as `qpv data status` names it.
             * @example perimeters 2024
             */
            part: string;
            /** @description The time it was fetched, where it was. */
            retrieved_at?: string | null;
            /** @description The SHA-256 of its content. */
            sha256: string;
            /** @description The address it was fetched from, where it was fetched. */
            url?: string | null;
        };
        /** @description The origin of the data. */
        SourceList: {
            /** @description The dataset in use, with the producers and licences. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description The files, part by part; a file of several parts comes for each. */
            files: components["schemas"]["SourceFileAnswer"][];
        };
        /** @description Consecutive existing numbers of one side, in order of number and suffix: 2, 2 bis, 4. */
        SpanAnswer: {
            /** @description The count of numbers, both included. */
            count: number;
            /**
             * @description The first number.
             * @example 2
             */
            from: string;
            /**
             * @description The last number.
             * @example 48 bis
             */
            to: string;
        };
        /** @description A bounding box. */
        SpatialExtent: {
            /** @description West, south, east, north. */
            bbox: number[][];
            /** @description CRS 84. */
            crs: string;
        };
        /** @description The zones of a street's numbers, by side. */
        StreetAnswer: components["schemas"]["VintageAnswer"] & {
            /** @description The perimeters whose boundary follows the street, in code order. */
            along: components["schemas"]["AlongAnswer"][];
            /** @description The commune. */
            city: string;
            /**
             * @description The INSEE code of the commune; of the arrondissement in Paris, Lyon and Marseille.
             * @example 61169
             */
            citycode: string;
            /** @description The ranges of even numbers, in order. */
            even: components["schemas"]["RangeAnswer"][];
            /**
             * @description The identifier as published; may be empty.
             * @example 61169_0040
             */
            id: string;
            /** @description The name. */
            name: string;
            /** @description The count of its numbers, each of which is in exactly one range. */
            numbers: number;
            /** @description The ranges of odd numbers, in order. */
            odd: components["schemas"]["RangeAnswer"][];
            /** @description The postcodes. */
            postcodes: string[];
            /**
             * Format: double
             * @description The precision of the published boundaries, metres.
             */
            precision_m: number;
            /** @description True if the boundary of a perimeter follows the street for a stretch. */
            runs_along_line: boolean;
            /** @description The count of its addresses without a number, which are in no range. */
            unnumbered: number;
        };
        /** @description The profile of a street with its dataset. */
        StreetProfileAnswer: components["schemas"]["StreetAnswer"] & {
            /** @description The dataset that the answer comes from. */
            dataset: components["schemas"]["DatasetRef"];
        };
        /** @description The numbers of a street that settle on which side of a line one of them is. */
        StreetSideAnswer: {
            /** @description True when the other kerb is on the other side of the line, false when both are on the same. */
            across: boolean;
            /** @description The numbers of the other kerb. */
            opposite: components["schemas"]["SpanAnswer"];
            /** @description The numbers of its own kerb, before and after it. */
            own: components["schemas"]["SpanAnswer"];
        };
        /** @description The words of a search box. */
        SuggestBody: {
            /** @description Number of suggestions, 100 at most. Default: 50, which all communes of a postcode need. */
            limit?: number | null;
            /**
             * @description Only the places of this list, such as `schools`.
             * @example schools
             */
            list?: string | null;
            /** @description With `list`: the INSEE code of a commune or of a department, whose places come first. */
            near?: string | null;
            /**
             * @description The words as they are typed, 200 characters at most: the last may be the beginning of one.
             * @example saint michel
             */
            q: string;
        };
        /** @description One meaning of the words: `kind` says which of the others it has. */
        SuggestionAnswer: components["schemas"]["AddressSuggestion"] | components["schemas"]["CommuneSuggestion"] | components["schemas"]["PerimeterSuggestion"] | components["schemas"]["PlaceSuggestion"] | components["schemas"]["ParcelSuggestion"];
        /** @description The meanings that the words of a search box may have. */
        SuggestionList: {
            /** @description The dataset they come from. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description The meanings, best first. Where one alone is `exact`, it is what the words mean. */
            suggestions: components["schemas"]["SuggestionAnswer"][];
        };
        /** @description An interval. */
        TemporalExtent: {
            /** @description The start and the end; null when there is no end. */
            interval: (string | null)[][];
        };
        /** @description TileJSON 3.0.0 of one layer or several. */
        TileJson: {
            /** @description The attribution of the data, in French. */
            attribution: string;
            /** @description The bounds: west, south, east, north, WGS 84 degrees. */
            bounds: number[];
            /**
             * Format: int32
             * @description The last zoom of tiles.
             */
            maxzoom: number;
            /**
             * Format: int32
             * @description The first zoom with a feature.
             */
            minzoom: number;
            /** @description The identifiers of the layers. */
            name: string;
            /** @description Always `xyz`: rows are counted from the north. */
            scheme: string;
            /** @description The version of the format. */
            tilejson: string;
            /** @description The URL template of the tiles. */
            tiles: string[];
            /** @description The layers in each tile. */
            vector_layers: components["schemas"]["VectorLayer"][];
        };
        /** @description Perimeters whose change is undetermined. */
        UndeterminedAnswer: {
            /** @description The perimeters compared from. */
            from: components["schemas"]["ComparedQpv"][];
            /**
             * @description The reason. `without_area`: one of them is published as a point or a line. `vintage_in_part`: the other vintage has nothing
             *     there, but is not loaded for the whole territory.
             * @example without_area
             */
            reason: string;
            /** @description The perimeters compared to. */
            to: components["schemas"]["ComparedQpv"][];
        };
        /** @description The reason why a figure is not known. */
        UnknownAnswer: {
            /** @description The same for end users, in French. */
            message: string;
            /**
             * @description `vintage_not_loaded`, `outlines_not_loaded`, `addresses_not_loaded`, `population_unknown`, `communes_unknown`, or
             *     `not_published`.
             * @example outlines_not_loaded
             */
            reason: string;
        };
        /** @description A place whose addresses are not loaded. */
        UnloadedAnswer: {
            /**
             * @description The command that loads the addresses, for whoever runs the service.
             * @example qpv data pull --addresses 61
             */
            command: string;
            /** @description The INSEE code of the commune, when the question names one. */
            insee_com?: string | null;
            /**
             * @description The code of the department.
             * @example 61
             */
            insee_dep: string;
            /** @description The name of the department. */
            lib_dep: string;
        };
        /** @description A place without a known position. */
        UnplacedPlaceAnswer: {
            /** @description Name of its commune, where published. */
            city?: string | null;
            /** @description INSEE code of its commune, where published. */
            citycode?: string | null;
            /** @description Identifier, where published. */
            id?: string | null;
            /** @description The kind it was imported as. */
            kind: string;
            /** @description Name. */
            name: string;
        };
        /** @description A column that may seem to be wanted and is not read. */
        UnreadAnswer: {
            /** @description The reason as a sentence, in French. */
            message: string;
            /** @description The name in the list. */
            name: string;
            /**
             * @description The reason: `order` (it counts the rows), `address_has_number`, `other_column` or `no_house_numbers`; `other_address`
             *     for another one than those that are read, `other_child` for that of a further child in the row.
             * @example order
             */
            reason: string;
        };
        /** @description A layer inside tiles. */
        VectorLayer: {
            /** @description The types of its properties: `String` or `Number`. */
            fields: {
                [key: string]: string;
            };
            /** @description The identifier. */
            id: string;
            /**
             * Format: int32
             * @description The last zoom of tiles.
             */
            maxzoom: number;
            /**
             * Format: int32
             * @description The first zoom with a feature.
             */
            minzoom: number;
        };
        /** @description The verification of a report. */
        VerificationAnswer: {
            /** @description The identifier of the key that the report names as its own. */
            key_id?: string | null;
            /** @description The message for end users, in French. */
            message: string;
            /**
             * @description The outcome: `genuine`, `altered`, `another_key`, `incomplete`, `unknown_format` or `not_a_report`.
             * @example genuine
             */
            outcome: string;
            /** @description True if the dataset of a genuine report is still here, so that the report can be made again. */
            reproducible?: boolean | null;
            /** @description The lines of a genuine report, to be compared with the paper; empty for any other outcome. */
            statement: {
                [key: string]: string;
            };
        };
        /** @description The text of a QR code, to be verified. */
        VerifyBody: {
            /** @description The public key it must be signed with, 64 hexadecimal digits. Default: that of this service. */
            key?: string | null;
            /** @description The text, as scanned. */
            text: string;
        };
        /** @description The vintage that answered, with its days of force at the place. */
        VintageAnswer: {
            /**
             * @description The vintage in force from the day after; absent while none is known.
             * @example 2030
             */
            next_vintage?: string | null;
            /**
             * Format: date
             * @description The first day it is in force in the territory of the place; null where it never was.
             * @example 2024-01-01
             */
            valid_from: string | null;
            /**
             * Format: date
             * @description The last day; null while no vintage that replaces it is known.
             */
            valid_until: string | null;
            /**
             * @description The vintage that answered.
             * @example 2024
             */
            vintage: string;
        };
        /** @description The vintages there are. */
        VintageList: {
            /** @description The dataset that the answer comes from. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description Oldest first, loaded or not. */
            vintages: components["schemas"]["KnownVintage"][];
        };
        /** @description The shares of an area in one vintage. A figure that is not known is null, with its reason. */
        VintageShareAnswer: components["schemas"]["VintageAnswer"] & {
            /** @description Addresses. Those whose position is doubtful are left out. */
            addresses: components["schemas"]["CountFigures"];
            /** @description True if every perimeter of the territory is loaded: if not, some may be missing from the figures. */
            complete: boolean;
            /** @description Hectares, planar in the legal projection. */
            hectares: components["schemas"]["HectareFigures"];
            /**
             * @description Inhabitants, estimated: those published on each neighbourhood, shared out over its addresses, or over its ground where
             *     these are not known or few.
             */
            inhabitants: components["schemas"]["InhabitantFigures"];
            /** @description The perimeters that it meets, in code order. */
            perimeters: components["schemas"]["PerimeterShareAnswer"][];
            /** @description Places of the lists imported, such as `schools`, by kind. */
            places: {
                [key: string]: components["schemas"]["CountFigures"];
            };
        };
        /** @description The zone of a point, with the distance and the certainty. */
        ZoneAnswer: components["schemas"]["VintageAnswer"] & {
            /** @description The certainty of the zone. */
            certainty: components["schemas"]["Certainty"];
            /**
             * Format: double
             * @description Geodesic distance to the nearest boundary in metres, negative inside; null beyond 5 km.
             */
            distance_to_boundary_m?: number | null;
            leaning?: components["schemas"]["LeaningAnswer"] | null;
            nearest?: components["schemas"]["NearestQpv"] | null;
            /** @description True if the official 300 m band layer contains the point; absent when no such layer is loaded. */
            official_band_300m?: boolean | null;
            /** @description The perimeters that contain the coordinates given, whatever their uncertainty, in code order. */
            qpv: components["schemas"]["QpvRef"][];
            ring?: components["schemas"]["RingAnswer"] | null;
            /** @description The zone; `undetermined` only when a position uncertainty was stated and could change it. */
            zone: components["schemas"]["ZoneName"];
            /** @description The zonings loaded, or those asked for, by name; absent when none is loaded. */
            zonings?: components["schemas"]["ZonedAnswer"][];
        };
        /**
         * @description The zone of a point.
         * @enum {string}
         */
        ZoneName: "qpv" | "band_300m" | "outside" | "undetermined";
        /** @description What a zoning says of a place. */
        ZonedAnswer: {
            /** @description The names of its areas that hold the coordinates as given; for a list of communes, the code of the commune. */
            areas: string[];
            /** @description The codes of these areas, where the file of the zoning gives them; for a list of communes, that of the commune. */
            codes?: string[];
            /**
             * Format: double
             * @description Geodesic metres to the nearest line of its areas, negative inside; null beyond 5 km, and for lists of communes.
             */
            distance_to_boundary_m?: number | null;
            /**
             * @description The reason for `undetermined`: `position`, a line closer than the position is exact; for a list of communes
             *     `commune_unknown`, where neither an address nor outlines of communes tell that of the place, and `part_of_commune`,
             *     where the list has only a former commune that is a part of it.
             */
            doubt?: string | null;
            /** @description Its name for people, in French. */
            label: string;
            /** @description The answer for end users, in French. */
            message: string;
            /**
             * @description The name of the zoning.
             * @example zfu-te
             */
            name: string;
            /** @description Where the place stands to the ring asked for: `inside` the areas, in the `ring`, `outside` or `undetermined`. */
            ring?: string | null;
            /**
             * @description `inside`, `outside`, `undetermined`, or `not_in_force` on the day asked.
             * @example inside
             */
            standing: string;
            /**
             * Format: date
             * @description The first day that this counts; null when it is not told.
             */
            valid_from: string | null;
            /**
             * Format: date
             * @description The last day; null when it is not told.
             */
            valid_until: string | null;
        };
        /** @description The description of the answer of `POST /api/v1/zones`. */
        ZonesAnswer: components["schemas"]["LocatedList"] | components["schemas"]["FootprintAnswer"];
        /** @description The description of the body of `POST /api/v1/zones`. */
        ZonesBody: components["schemas"]["PointsBody"] | components["schemas"]["PolygonBody"];
        /** @description The zonings loaded. */
        ZoningList: {
            /** @description The dataset that the answer comes from. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description By name. */
            zonings: components["schemas"]["LoadedZoningAnswer"][];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_v1: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer for each zoning */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigVilleAnswer"];
                };
            };
            /** @description The parameters cannot be read: `info` says why, in French */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigVilleError"];
                };
            };
        };
    };
    post_batch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["PeopleTable"];
            };
        };
        responses: {
            /** @description The list with its answers, or the part of them that `output` names */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": components["schemas"]["FileBytes"];
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": components["schemas"]["FileBytes"];
                    "application/json": components["schemas"]["ListJson"];
                    "multipart/form-data": components["schemas"]["FileBytes"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_progress: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The field `progress` of the list's form */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The progress of the list */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgressAnswer"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_check: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CheckBody"];
            };
        };
        responses: {
            /** @description The zone and, with a programme, the eligibility */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckAnswer"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_commune: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 61169 */
                insee: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The commune and its neighbourhoods */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommuneAnswer"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_places: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 61169 */
                insee: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The places, by list and name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommunePlaces"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_comparison: {
        parameters: {
            query?: {
                /**
                 * @description The vintage compared from; by default the one that `to` replaced.
                 * @example 2015
                 */
                from?: string;
                /**
                 * @description The vintage compared to; by default the one that replaced `from`, or else the newest in force.
                 * @example 2024
                 */
                to?: string;
                /**
                 * @description INSEE codes of communes, separated by commas; arrondissements of Paris, Lyon and Marseille stand for their commune.
                 * @example 61169
                 */
                insee?: string;
                /** @description SIREN number of an intercommunality. Perimeters of 2015 have none: they count by their communes. */
                epci?: string;
                /** @description Department code (`61`, `2A`, `974`). */
                departement?: string;
                /** @description INSEE code of a region (`28`, `01`). */
                region?: string;
                /** @description Rectangle: west, south, east, north in degrees on WGS 84, separated by commas. */
                bbox?: string;
                /** @description `true` adds the outlines of the areas kept, gained and lost. */
                geometry?: boolean;
                /** @description `true` adds the counts of addresses, inhabitants and places gained and lost. */
                moved?: boolean;
                /** @description `true` adds the list of addresses gained and lost. */
                addresses?: boolean;
                /**
                 * @description Indicators of `/api/v1/indicators`, a comma between them, or `all`: their figures come with each perimeter, in JSON,
                 *     CSV (the table of changes) and XLSX.
                 */
                fields?: string;
                /**
                 * @description A file instead of JSON: `csv`, `xlsx`, `geojson`, `gpkg`, `parquet` (GeoParquet) or `pdf`. It has everything, whatever else is asked for.
                 * @example gpkg
                 */
                format?: string;
                /** @description The table of a `csv` or `parquet` file: `changes` (default), `places` or `addresses`. */
                table?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The comparison; a file when `format` names one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CompareAnswer"];
                    "text/csv": components["schemas"]["FileBytes"];
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": components["schemas"]["FileBytes"];
                    "application/geo+json": components["schemas"]["FileBytes"];
                    "application/geopackage+sqlite3": components["schemas"]["FileBytes"];
                    "application/vnd.apache.parquet": components["schemas"]["FileBytes"];
                    "application/pdf": components["schemas"]["FileBytes"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_examples: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The examples */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExampleList"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_indicators: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The indicators */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IndicatorList"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_perimeters: {
        parameters: {
            query?: {
                /** @description A vintage, such as `2024`. */
                vintage?: string;
                /** @description INSEE code of a commune. */
                insee?: string;
                /** @description Department code (`61`, `2A`, `974`). */
                departement?: string;
                /** @description SIREN number of an intercommunality. */
                epci?: string;
                /**
                 * @description Text in the code, the name or a commune's name, or in the name of a place inside; case, accents and articles do not
                 *     matter. Each perimeter then has the name that matched.
                 */
                q?: string;
                /** @description `false` leaves the outlines out. */
                geometry?: boolean;
                /**
                 * @description Indicators of `/api/v1/indicators`, a comma between them, or `all`: their figures come with each perimeter, as
                 *     GeoJSON.
                 */
                fields?: string;
                /** @description `geojson` (default), or `parquet` for a file of GeoParquet, with the outlines. */
                format?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The perimeters */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/geo+json": components["schemas"]["PerimeterCollection"];
                    "application/vnd.apache.parquet": components["schemas"]["FileBytes"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_perimeter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example QN06103M */
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The perimeter */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/geo+json": components["schemas"]["PerimeterAnswer"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_programmes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The programmes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgrammeList"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_report: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReportBody"];
            };
        };
        responses: {
            /** @description The signed report */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": components["schemas"]["FileBytes"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The public key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportKeyAnswer"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_verify: {
        parameters: {
            query?: {
                /** @description The public key that a file must be signed with, 64 hexadecimal digits. Default: that of this service. */
                key?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VerifyBody"];
                "application/pdf": components["schemas"]["FileBytes"];
            };
        };
        responses: {
            /** @description The outcome of the verification */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerificationAnswer"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_reverse: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReverseBody"];
            };
        };
        responses: {
            /** @description The addresses, closest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/geo+json": components["schemas"]["AddressCollection"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_search: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SearchBody"];
            };
        };
        responses: {
            /** @description The addresses, best match first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/geo+json": components["schemas"]["AddressCollection"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_share: {
        parameters: {
            query?: {
                /**
                 * @description INSEE codes of communes, separated by commas; they count together.
                 * @example 90010
                 */
                insee?: string;
                /** @description SIREN number of an intercommunality. Only its communes with a perimeter are known. */
                epci?: string;
                /** @description Department code (`61`, `2A`, `974`). */
                departement?: string;
                /** @description INSEE code of a region. */
                region?: string;
                /** @description Rectangle: west, south, east, north in degrees on WGS 84, separated by commas. */
                bbox?: string;
                /** @description The vintage; by default, each that is known. */
                vintage?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The shares */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShareAnswer"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_share: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ShareBody"];
            };
        };
        responses: {
            /** @description The shares of the polygon, or of the list */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SharedAnswer"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_sources: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The files */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SourceList"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_profile: {
        parameters: {
            query?: {
                /** @description Vintage, such as `2024`. Default: the one in force there on the day `on`. */
                vintage?: string;
                /** @description A day (`YYYY-MM-DD`). Default: today. */
                on?: string;
            };
            header?: never;
            path: {
                /** @example 61169_0040 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The zones along the street */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StreetProfileAnswer"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_suggest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SuggestBody"];
            };
        };
        responses: {
            /** @description The meanings, best first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SuggestionList"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_vintages: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The vintages */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VintageList"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_zone: {
        parameters: {
            query?: {
                /** @description Longitude, WGS 84 degrees. */
                lon?: number;
                /**
                 * @description Latitude, WGS 84 degrees. The position is at least as uncertain as its coordinates are written: half a unit of
                 *     their last decimal.
                 */
                lat?: number;
                /** @description Reference system of `x` and `y`, e.g. `EPSG:2154`. */
                crs?: string;
                /** @description Easting, metres. */
                x?: number;
                /** @description Northing, metres. */
                y?: number;
                /** @description A vintage, such as `2024`; excludes `on`. */
                vintage?: string;
                /** @description The day whose perimeters in force answer (`YYYY-MM-DD`); today by default. */
                on?: string;
                /** @description The uncertainty of the position, metres. */
                uncertainty_m?: number;
                /** @description Zonings of `/api/v1/zonings`, with commas between them; all that are loaded by default. */
                zonings?: string;
                /** @description The width of a ring, 1 to 4,000 metres: where the point stands to it around perimeters and zonings. */
                ring?: number;
                /**
                 * @description Indicators of `/api/v1/indicators`, a comma between them, or `all`: their figures come with the perimeters that
                 *     contain the point.
                 */
                fields?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The zone of the point */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Located"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_zones: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ZonesBody"];
            };
        };
        responses: {
            /** @description The zone of every point, or of the polygon */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ZonesAnswer"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_zonings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The zonings */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ZoningList"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_v2: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer for each zoning */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigVilleAnswer"];
                };
            };
            /** @description The parameters cannot be read: `info` says why, in French */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigVilleError"];
                };
            };
        };
    };
    get_position: {
        parameters: {
            query: {
                /**
                 * @description Longitude, WGS 84 degrees
                 * @example -3.610510
                 */
                x: string;
                /**
                 * @description Latitude
                 * @example 46.203047
                 */
                y: string;
                /**
                 * @description As for `/service/georeferenceur.json`
                 * @example QP
                 */
                "type_quartier[]"?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer for each zoning */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigVilleAnswer"];
                };
            };
            /** @description The parameters cannot be read: `info` says why, in French */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigVilleError"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process is alive */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    get_landing: {
        parameters: {
            query?: {
                /** @description The format of the answer: there is one. */
                f?: "json";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The landing page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LandingPage"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_collections: {
        parameters: {
            query?: {
                /** @description The format of the answer: there is one. */
                f?: "json";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The collections */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectionList"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_collection: {
        parameters: {
            query?: {
                /** @description The format of the answer: there is one. */
                f?: "json";
            };
            header?: never;
            path: {
                /** @example qpv-2024 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The collection */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoneCollection"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_items: {
        parameters: {
            query?: {
                /**
                 * @description West, south, east, north in WGS 84 degrees; west is greater than east across the antimeridian. Of six numbers, the
                 *     third and the last are heights, which are ignored.
                 * @example [
                 *       -0.7,
                 *       48.6,
                 *       -0.4,
                 *       48.9
                 *     ]
                 */
                bbox?: number[];
                /** @description The number of features of a page; a greater one counts as the greatest. */
                limit?: number;
                /** @description The number of features to skip, as `next` links give it. */
                offset?: number;
                /**
                 * @description A day (`2024-06-30`), an instant (RFC 3339) or an interval (`2023-01-01/..`): only features in force then. Features
                 *     without days of force are always listed.
                 */
                datetime?: string;
                /** @description The format of the answer: there is one. */
                f?: "json";
                /** @description `PROPERTY=value` for any property of the collection; an item of a list is enough. */
                properties?: {
                    [key: string]: string;
                };
            };
            header?: never;
            path: {
                /** @example qpv-2024 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of features */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/geo+json": components["schemas"]["FeaturePage"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_item: {
        parameters: {
            query?: {
                /** @description The format of the answer: there is one. */
                f?: "json";
            };
            header?: never;
            path: {
                /** @example qpv-2024 */
                id: string;
                /** @example QN06103M */
                feature: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The feature */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/geo+json": components["schemas"]["LoneFeature"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_conformance: {
        parameters: {
            query?: {
                /** @description The format of the answer: there is one. */
                f?: "json";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The conformance classes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConformanceAnswer"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The service answers from this dataset */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ready"];
                };
            };
        };
    };
    reverse: {
        parameters: {
            query?: {
                /** @description Longitude, WGS 84 degrees. */
                lon?: number;
                /** @description Latitude. */
                lat?: number;
                /** @description Number of addresses, 100 at most. Default: 1. */
                limit?: number;
                /** @description Only addresses of this kind, or of several, as in `/search`. */
                type?: string;
                /** @description Only in this postcode. */
                postcode?: string;
                /** @description Only in this commune, by INSEE code, in either case (`2A004`, `2a004`). */
                citycode?: string;
                /** @description `1` to add the zone of each address in `properties.qpv`. */
                zones?: string;
                /** @description Vintage of the zones. */
                vintage?: string;
                /** @description A day for the zones. */
                on?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The addresses, closest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/geo+json": components["schemas"]["AddressCollection"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reverse_csv: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["ReverseTable"];
            };
        };
        responses: {
            /** @description The table with the address of every row */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search: {
        parameters: {
            query?: {
                /**
                 * @description The address, 200 characters at most.
                 * @example 12 bis av du gal de gaulle belfort
                 */
                q?: string;
                /** @description Number of addresses, 100 at most. Default: 5. */
                limit?: number;
                /** @description `1` (default) if the last word may be the beginning of a longer one, else `0`. */
                autocomplete?: string;
                /** @description Longitude of a place: addresses near it come first. */
                lon?: number;
                /** @description Latitude. */
                lat?: number;
                /**
                 * @description Only addresses of this kind: `housenumber`, `street`, `locality` or `municipality`; or of several, separated by a
                 *     space or a comma, or in several parameters.
                 */
                type?: string;
                /** @description Only in this postcode. */
                postcode?: string;
                /** @description Only in this commune, by INSEE code, in either case (`2A004`, `2a004`). */
                citycode?: string;
                /** @description `1` to add the zone of each address in `properties.qpv`. */
                zones?: string;
                /** @description Vintage of the zones, such as `2024`. Default: the one in force there on the day `on`. */
                vintage?: string;
                /** @description A day (`YYYY-MM-DD`) for the zones. Default: today. */
                on?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The addresses, best match first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/geo+json": components["schemas"]["AddressCollection"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search_csv: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["SearchTable"];
            };
        };
        responses: {
            /** @description The table with the address of every row */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_georeferencer: {
        parameters: {
            query?: {
                /**
                 * @description `QP` (default: the perimeters in force), `QP_2015` or another vintage; several times, or with commas; others are `INDISPONIBLE`
                 * @example QP
                 */
                "type_quartier[]"?: string;
                /**
                 * @description `WSA`, `MIXTE` or `AFNOR2`
                 * @example WSA
                 */
                type_adresse?: string;
                /**
                 * @description The number
                 * @example 1
                 */
                "adresse[num_voie]"?: string;
                /**
                 * @description The street, with its number for `MIXTE`
                 * @example rue des Cordiers
                 */
                "adresse[nom_voie]"?: string;
                /**
                 * @description The postcode
                 * @example 00100
                 */
                "adresse[code_postal]"?: string;
                /**
                 * @description The commune
                 * @example Port-Fictif
                 */
                "adresse[nom_commune]"?: string;
                /** @description For `AFNOR2`: the two lines of the address */
                "adresse[]"?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer for each zoning */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigVilleAnswer"];
                };
            };
            /** @description The parameters cannot be read: `info` says why, in French */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigVilleError"];
                };
            };
        };
    };
    post_georeferencer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": Record<string, unknown>;
            };
        };
        responses: {
            /** @description The answer for each zoning */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigVilleAnswer"];
                };
            };
            /** @description The parameters cannot be read: `info` says why, in French */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigVilleError"];
                };
            };
        };
    };
    list_layers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The layers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LayerList"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_ground_tilejson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example plan */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The description of the tiles */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TileJson"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_ground_tile: {
        parameters: {
            query?: {
                /** @description The version that TileJSON gave. While it is the current one, the tile may be kept forever. */
                v?: string;
            };
            header?: never;
            path: {
                /** @example plan */
                name: string;
                /** @description Zoom */
                z: number;
                /** @description Column */
                x: number;
                /**
                 * @description Row
                 * @example 176
                 */
                y: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A vector tile or a picture */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": components["schemas"]["FileBytes"];
                };
            };
            /** @description The map has no such tile */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tile has not changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_style: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The style */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MapStyle"];
                };
            };
            /** @description The style has not changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_tilejson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example qpv-2024,clusters-2024 */
                layers: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The description of the tiles */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TileJson"];
                };
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_tile: {
        parameters: {
            query?: {
                /** @description The version that TileJSON gave. While it is the current one, the tile may be kept forever. */
                v?: string;
            };
            header?: never;
            path: {
                /** @example qpv-2024,clusters-2024 */
                layers: string;
                /** @description Zoom, 15 at most */
                z: number;
                /** @description Column */
                x: number;
                /**
                 * @description Row
                 * @example 176
                 */
                y: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A Mapbox Vector Tile */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.mapbox-vector-tile": components["schemas"]["FileBytes"];
                };
            };
            /** @description No feature lies in this tile */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tile has not changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be answered: `code` names the reason, `detail` explains it */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service failed, or is too busy: `Retry-After` says when to try again */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
